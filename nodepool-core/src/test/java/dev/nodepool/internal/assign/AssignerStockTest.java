package dev.nodepool.internal.assign;

import static dev.nodepool.internal.assign.Situation.code;
import static dev.nodepool.internal.assign.Situation.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.Reason.Code;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pools of machines that exist already. */
class AssignerStockTest {

    private static final String FIRST = "200-0000000001";
    private static final String SECOND = "200-0000000002";

    private final Situation now = new Situation();
    private final Situation.PoolDraft pool = now.pool("rack", "main", "red", "blue");

    /** Each with one slot and these labels. */
    private void hosts(String... labels) {
        var slots = Stream.of(labels).map(each -> List.of(each.split(" "))).toList();
        pool.stock = Optional.of(new Stock(slots, slots));
    }

    @Test
    void requestThatFindsNoFreeHostWaitsWithoutPausingThePool() {
        hosts("red");
        now.request(FIRST, "red");
        var plan = now.plan();
        assertThat(code(plan, FIRST, pool)).isEqualTo(Code.NO_FREE_HOST);
        assertThat(plan.waitingPools()).isEmpty();
    }

    @Test
    @Behaviour("S26")
    void oneSlotIsGivenThroughOneOfItsLabels() {
        hosts("red blue");
        pool.ready("n1", null, "red", "blue");
        now.request(FIRST, "red");
        now.request(SECOND, "blue");
        var plan = now.plan();
        assertThat(taken(plan)).containsExactly(FIRST);
        assertThat(code(plan, SECOND, pool)).isEqualTo(Code.NO_FREE_HOST);
    }

    @Test
    void choosesSoThatEachLabelHasAHostWhateverTheOrder() {
        hosts("red blue", "red");
        pool.ready("n1", null, "red", "blue").ready("n2", null, "red");
        now.request(FIRST, "red", "blue");
        assertThat(now.plan().taken().get(0).nodes())
                .containsExactly(new NodePlan.Reuse("red", "n2"), new NodePlan.Reuse("blue", "n1"));
    }

    @Test
    void keepsFreeHostsForTheFirstWhoseOthersAreInUseButNotWhenTheyAreAway() {
        var slots = List.of(List.of("red"), List.of("red"));
        pool.ready("n1", null, "red");
        now.request(FIRST, "red", "red");
        now.request(SECOND, "red");
        pool.stock = Optional.of(new Stock(slots, slots));
        assertThat(taken(now.plan())).isEmpty();
        pool.stock = Optional.of(new Stock(slots, slots.subList(0, 1)));
        assertThat(taken(now.plan())).containsExactly(SECOND);
    }

    @Test
    void declinesWhatItCouldNeverServe() {
        hosts("red blue");
        now.request(FIRST, "red", "blue");
        assertThat(code(now.plan(), FIRST, pool)).isEqualTo(Code.TOO_BIG);
    }
}
