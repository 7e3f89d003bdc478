package dev.nodepool.internal.assign;

import static dev.nodepool.internal.assign.Situation.instances;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ready nodes that nobody asked for make room for a request that waits, but no more of them than it needs. */
class AssignerEvictionTest {

    private final Situation now = new Situation();

    @Test
    void evictsTheOldestAndOnlyAsManyAsAreMissing() {
        now.pool("p", "a", "red", "blue")
                .limits(5)
                .used(5)
                .ready("1", null, "blue")
                .ready("2", null, "blue")
                .ready("3", null, "blue")
                .ready("4", null, "blue");
        now.request("200-0000000001", "red", "red");

        assertThat(now.plan().evicted()).containsExactly("1", "2");
    }

    @Test
    void evictsNothingForWhatIsOnItsWayOutAlready() {
        var pool = now.pool("p", "a", "red", "blue").limits(2).used(2).ready("1", null, "blue");
        pool.freeing = instances(1);
        now.freeing.put("p", instances(1));
        now.request("200-0000000001", "red");

        assertThat(now.plan().evicted()).isEmpty();
    }

    @Test
    void countsWhatOtherPoolsOfTheProviderGiveBack() {
        now.total("p", 2);
        now.used.put("p", instances(2));
        now.pool("p", "a", "red", "blue").used(1).ready("1", null, "blue");
        now.pool("p", "b", "red").used(1).freeing = instances(1);
        now.freeing.put("p", instances(1));
        now.request("200-0000000001", "red");

        assertThat(now.plan().evicted()).isEmpty();
    }

    @Test
    void aProviderFullOfReadyNodesOfAnotherPoolMakesRoomThere() {
        now.total("p", 2);
        now.used.put("p", instances(2));
        now.pool("p", "a", "red");
        now.pool("p", "b", "blue").used(2).ready("1", null, "blue").ready("2", null, "blue");
        now.request("200-0000000001", "red");

        assertThat(now.plan().evicted()).containsExactly("1");
    }

    @Test
    void keepsNodesThatGiveNothingOfWhatIsMissing() {
        var pool = now.pool("p", "a").ready("1", null, "small");
        pool.label("small", instances(1), LabelState.READY);
        pool.label("big", new Amounts(Map.of("instances", 1L, "gpu", 1L)), LabelState.READY);
        pool.limits = new Amounts(Map.of("instances", 9L, "gpu", 1L));
        pool.used = new Amounts(Map.of("instances", 2L, "gpu", 1L));
        now.request("200-0000000001", "big");

        assertThat(now.plan().evicted()).isEmpty();
    }

    @Test
    void keepsTheNodesThatTheWaitingRequestItselfWillUse() {
        now.pool("p", "a", "red", "blue")
                .limits(2)
                .used(2)
                .ready("1", null, "red")
                .ready("2", null, "blue");
        now.request("200-0000000001", "red", "red");

        assertThat(now.plan().evicted()).containsExactly("2");
    }

    @Test
    void aMinReadyRequestEvictsNothing() {
        now.pool("p", "a", "red", "blue").limits(1).used(1).ready("1", null, "blue");
        now.request(
                "900-0000000001", java.util.List.of("red"), fields -> fields.put("requestor", "NodePool:min-ready"));

        assertThat(now.plan().evicted()).isEmpty();
    }

    @Test
    void twoWaitingRequestsOfOneProviderDoNotCountTheSameDeletionTwice() {
        now.total("p", 3);
        now.used.put("p", instances(3));
        now.pool("p", "a", "red").used(1).freeing = instances(1);
        now.pool("p", "b", "blue", "green").used(2).ready("1", null, "green").ready("2", null, "green");
        now.freeing.put("p", instances(1));
        now.request("200-0000000001", "red");
        now.request("200-0000000002", "blue");

        assertThat(now.plan().evicted()).containsExactly("1");
    }

    @Test
    void makesRoomInOneProviderOnlyForARequestThatWaitsInTwo() {
        now.pool("p", "a", "red", "blue").limits(1).used(1).ready("1", null, "blue");
        now.pool("q", "b", "red", "blue").limits(1).used(1).ready("2", null, "blue");
        now.request("200-0000000001", "red");

        assertThat(now.plan().evicted()).containsExactly("1");
    }

    @Test
    void makesRoomNowhereWhenWhatIsOnItsWayOutIsEnoughInOneOfThem() {
        now.pool("p", "a", "red", "blue").limits(1).used(1).ready("1", null, "blue");
        now.pool("q", "b", "red").limits(1).used(1).freeing = instances(1);
        now.freeing.put("q", instances(1));
        now.request("200-0000000001", "red");

        assertThat(now.plan().evicted()).isEmpty();
    }

    @Test
    void makesRoomWhereThatIsEnough() {
        now.pool("p", "a", "red", "blue").limits(2).used(2).ready("1", null, "blue");
        now.pool("q", "b", "red", "blue")
                .limits(2)
                .used(2)
                .ready("2", null, "blue")
                .ready("3", null, "blue");
        now.request("200-0000000001", "red", "red");

        assertThat(now.plan().evicted()).containsExactly("2", "3");
    }

    @Test
    void keepsReadyNodesAsLongAsTheirRoomWouldNotBeEnough() {
        now.pool("p", "a", "red", "blue").limits(3).used(3).ready("1", null, "blue");
        now.request("200-0000000001", "red", "red");

        assertThat(now.plan().evicted()).isEmpty();
    }
}
