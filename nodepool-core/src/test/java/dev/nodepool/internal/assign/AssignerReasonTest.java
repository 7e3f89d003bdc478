package dev.nodepool.internal.assign;

import static dev.nodepool.internal.assign.Situation.code;
import static dev.nodepool.internal.assign.Situation.instances;
import static dev.nodepool.internal.assign.Situation.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.internal.assign.Situation.PoolDraft;
import dev.nodepool.model.Document;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Why a pool does not take a request, and what it does about it. */
class AssignerReasonTest {

    private static final String ID = "200-0000000005";

    private interface Case {
        void arrange(Situation now, PoolDraft pool);
    }

    private static final Map<Code, Case> CASES = new EnumMap<>(Code.class);

    private static void when(Code code, Case how) {
        CASES.put(code, how);
    }

    private static PoolDraft plain(Situation now) {
        now.request(ID, "red");
        return now.pool("p", "a", "red", "blue");
    }

    static {
        when(Code.NO_LABELS, (now, pool) -> now.request(ID));
        when(Code.LABEL_NOT_HERE, (now, pool) -> now.request(ID, "green"));
        when(Code.POOL_DISABLED, (now, pool) -> {
            pool.disabled = true;
            now.request(ID, "red");
        });
        when(Code.LABEL_BROKEN, (now, pool) -> {
            pool.label("red", instances(1), LabelState.broken("no such flavor"));
            now.request(ID, "red");
        });
        when(Code.IMAGE_NOT_READY, (now, pool) -> {
            pool.label("red", instances(1), LabelState.notNow("not uploaded"));
            now.request(ID, "red");
        });
        when(Code.TOO_BIG, (now, pool) -> {
            pool.limits(1);
            now.request(ID, "red", "red");
        });
        when(Code.NO_ROOM_FOR_MIN_READY, (now, pool) -> {
            pool.limits(1).used(1);
            now.request(ID, List.of("red"), fields -> fields.put("requestor", "NodePool:min-ready"));
        });
        when(Code.AT_POOL_LIMIT, (now, pool) -> {
            pool.limits(1).used(1);
            now.request(ID, "red");
        });
        when(Code.AT_PROVIDER_LIMIT, (now, pool) -> {
            now.total("p", 1);
            now.used.put("p", instances(1));
            now.request(ID, "red");
        });
        when(Code.AT_TENANT_LIMIT, (now, pool) -> {
            now.tenants.put("t", instances(1));
            now.request(ID, List.of("red", "red"), fields -> fields.put("tenant_name", "t"));
        });
        when(Code.AT_MAX_CONCURRENCY, (now, pool) -> {
            pool.launchesLeft = Optional.of(0);
            now.request(ID, "red");
        });
        when(Code.NO_FREE_HOST, (now, pool) -> {
            pool.stock = Optional.of(new Stock(List.of(List.of("red")), List.of(List.of("red"))));
            now.request(ID, "red");
        });
        when(Code.BEHIND_OLDER_REQUEST, (now, pool) -> {
            pool.limits(3).used(2);
            now.request("200-0000000001", "red", "red");
            now.request(ID, "red");
        });
        when(Code.PROVIDER_STARTING, (now, pool) -> unavailable(now, pool, Code.PROVIDER_STARTING));
        when(Code.PROVIDER_UNAVAILABLE, (now, pool) -> unavailable(now, pool, Code.PROVIDER_UNAVAILABLE));
        when(Code.QUOTA_REFUSED, (now, pool) -> unavailable(now, pool, Code.QUOTA_REFUSED));
        when(Code.DRAINED, (now, pool) -> {
            pool.drained = true;
            pool.ready("0000000001", null, "red");
            now.request(ID, "red");
        });
        when(Code.SWITCHED_OFF, (now, pool) -> {
            pool.launchesLeft = Optional.of(-1);
            now.request(ID, "green");
        });
        when(
                Code.DECLINED_BEFORE,
                (now, pool) ->
                        now.request(ID, List.of("red"), fields -> fields.put("declined_by", List.of(pool.id()))));
        when(Code.OTHER_PROVIDER_PREFERRED, (now, pool) -> {
            now.other("other", "q", 100, false, "red");
            now.request(ID, List.of("red"), fields -> fields.put("provider", "q"));
        });
        when(Code.BETTER_PRIORITY_ELSEWHERE, (now, pool) -> {
            now.other("other", "q", 50, false, "red");
            now.request(ID, "red");
        });
        when(Code.OTHER_POOL_HAS_LABELS, (now, pool) -> {
            now.other("other", "q", 100, false, "green");
            now.request(ID, "green");
        });
    }

    private static void unavailable(Situation now, PoolDraft pool, Code code) {
        pool.unavailable = Optional.of(new Reason(code, "for a test"));
        now.request(ID, "red");
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LAUNCH_FAILED", "GIVEN_BACK"})
    void eachReasonIsGivenWhenItIsTheOne(Code code) {
        var now = new Situation();
        var pool = now.pool("p", "a", "red", "blue");
        var how = CASES.get(code);
        assertThat(how).as("a case for %s", code).isNotNull();
        how.arrange(now, pool);

        var plan = now.plan();

        assertThat(code(plan, ID, pool)).isEqualTo(code);
        assertThat(plan.refused().get(ID).get(pool.id()).text()).isNotBlank();
    }

    @Test
    void theFirstPoolThatCanTakeARequestTakesItByPriority() {
        var now = new Situation();
        now.pool("p", "a", "red");
        now.pool("q", "b", "red").priority = 10;
        now.request(ID, "red");

        assertThat(now.plan().taken()).extracting(Plan.Taken::launcherId).containsExactly("q-b");
    }

    @Test
    void aPoolThatWaitsIsNotYieldedTo() {
        var now = new Situation();
        plain(now);
        now.other("other", "q", 50, true, "red");

        assertThat(taken(now.plan())).containsExactly(ID);
    }

    @Test
    void aPoolThatHasDeclinedIsNotYieldedTo() {
        var now = new Situation();
        now.pool("p", "a", "red");
        now.other("other", "q", 50, false, "red");
        now.request(ID, List.of("red"), fields -> fields.put("declined_by", List.of("other")));

        assertThat(taken(now.plan())).containsExactly(ID);
    }

    @Test
    void aPreferredProviderThatNobodyServesIsNoHindrance() {
        var now = new Situation();
        now.pool("p", "a", "red");
        now.request(ID, List.of("red"), fields -> fields.put("provider", "nowhere"));

        assertThat(taken(now.plan())).containsExactly(ID);
    }

    @Test
    void aPreferredProviderThatHasDeclinedIsNoHindrance() {
        var now = new Situation();
        now.pool("p", "a", "red");
        now.other("other", "q", 100, false, "red");
        now.request(ID, List.of("red"), fields -> {
            fields.put("provider", "q");
            fields.put("declined_by", List.of("other"));
        });

        assertThat(taken(now.plan())).containsExactly(ID);
    }

    @Test
    void labelsOfAWholeProcessProveNothingAboutAPool() {
        var now = new Situation();
        var pool = now.pool("p", "a", "red");
        now.others.add(RegisteredPool.ofLauncher(
                "old", new Document(Map.of("provider_name", "q", "supported_labels", List.of("green")))));
        now.request(ID, "green");

        assertThat(code(now.plan(), ID, pool)).isEqualTo(Code.LABEL_NOT_HERE);
    }

    @Test
    void repeatedLabelsAreEachANodeOfTheirOwn() {
        var now = new Situation();
        now.pool("p", "a", "red").ready("1", null, "red").ready("2", null, "red");
        now.request(ID, "red", "red", "red");

        assertThat(now.plan().taken().get(0).nodes())
                .containsExactly(
                        new NodePlan.Reuse("red", "1"), new NodePlan.Reuse("red", "2"), new NodePlan.Launch("red"));
    }

    @Test
    void usesReadyNodesOfOneZoneBeforeItLaunches() {
        var now = new Situation();
        now.pool("p", "a", "red", "blue")
                .ready("1", null, "blue")
                .ready("2", "az1", "red")
                .ready("3", "az2", "blue")
                .ready("4", "az1", "blue");
        now.request(ID, "red", "blue", "blue");

        var taken = now.plan().taken().get(0);

        assertThat(taken.az()).isEqualTo("az1");
        assertThat(taken.nodes())
                .containsExactly(
                        new NodePlan.Reuse("red", "2"), new NodePlan.Reuse("blue", "4"), new NodePlan.Launch("blue"));
    }

    @Test
    void launchesAllWhenTheRequestDoesNotWantUsedNodes() {
        var now = new Situation();
        now.pool("p", "a", "red").ready("1", null, "red");
        now.request(ID, List.of("red"), fields -> fields.put("reuse", false));

        assertThat(now.plan().taken().get(0).nodes()).containsExactly(new NodePlan.Launch("red"));
    }

    @Test
    void aReadyNodeIsGivenThoughNothingCanBeLaunched() {
        var now = new Situation();
        var pool = now.pool("p", "a", "red").limits(1).used(1).ready("1", null, "red");
        pool.unavailable = Optional.of(new Reason(Code.PROVIDER_UNAVAILABLE, "down"));
        now.request(ID, "red");

        assertThat(taken(now.plan())).containsExactly(ID);
    }

    @Test
    void poolsThatMayWaitLongSaySo() {
        for (var code : Set.of(Code.AT_POOL_LIMIT, Code.QUOTA_REFUSED, Code.PROVIDER_UNAVAILABLE)) {
            var now = new Situation();
            var pool = now.pool("p", "a", "red", "blue");
            CASES.get(code).arrange(now, pool);

            assertThat(now.plan().waitingPools()).as("%s", code).containsExactly(pool.id());
        }
    }
}
