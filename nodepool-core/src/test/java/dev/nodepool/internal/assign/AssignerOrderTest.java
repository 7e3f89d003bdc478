package dev.nodepool.internal.assign;

import static dev.nodepool.internal.assign.Situation.code;
import static dev.nodepool.internal.assign.Situation.instances;
import static dev.nodepool.internal.assign.Situation.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.view.Reason.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is served first, and who has to wait for whom. */
class AssignerOrderTest {

    private final Situation now = new Situation();

    @Test
    void servesByPrecedenceThenRelativePriorityThenArrival() {
        now.pool("p", "a", "small").limits(4);
        now.request("200-0000000003", List.of("small"), fields -> fields.put("relative_priority", 1));
        now.request("200-0000000004", "small");
        now.request("900-0000000001", "small");
        now.request("100-0000000005", "small");
        now.request("200-0000000009", "small");

        assertThat(taken(now.plan()))
                .containsExactly("100-0000000005", "200-0000000004", "200-0000000009", "200-0000000003");
    }

    @Test
    void ofTwoRequestsThatFitOnlyOneByOneTheSecondHoldsNothing() {
        var pool = now.pool("p", "a", "small").limits(4);
        now.request("200-0000000001", "small", "small", "small");
        now.request("200-0000000002", "small", "small", "small");

        var first = now.plan();
        assertThat(taken(first)).containsExactly("200-0000000001");

        now.waiting.remove(0);
        pool.used(3);
        assertThat(taken(now.plan())).isEmpty();
        pool.used(0);
        assertThat(taken(now.plan())).containsExactly("200-0000000002");
    }

    /**
     * The bound: a request waits until as many machines of its pool have gone as it lacks, however many smaller
     * requests come after it.
     */
    @Test
    void aBigRequestIsServedAfterAsManyDeletionsAsItLacks() {
        var pool = now.pool("p", "a", "small").limits(5).used(5);
        now.request("200-0000000001", "small", "small", "small", "small", "small");
        for (var i = 2; i < 50; i++) {
            now.request("200-00000000" + (i < 10 ? "0" + i : i), "small");
        }

        for (var running = 5; running > 0; running--) {
            assertThat(taken(now.plan())).isEmpty();
            pool.used(running - 1);
        }

        assertThat(taken(now.plan())).containsExactly("200-0000000001");
    }

    @Test
    void aLaterRequestPassesWithQuotaTheFirstCanNotUse() {
        var pool = now.pool("p", "a").limits(10);
        pool.label("big", new Amounts(Map.of("instances", 1L, "gpu", 1L)), LabelState.READY);
        pool.label("small", instances(1), LabelState.READY);
        pool.limits = new Amounts(Map.of("instances", 3L, "gpu", 1L));
        pool.used = new Amounts(Map.of("instances", 1L, "gpu", 1L));
        now.request("200-0000000001", "big");
        now.request("200-0000000002", "small");
        now.request("200-0000000003", "small");

        var plan = now.plan();

        assertThat(taken(plan)).containsExactly("200-0000000002");
        assertThat(code(plan, "200-0000000001", pool)).isEqualTo(Code.AT_POOL_LIMIT);
        assertThat(code(plan, "200-0000000003", pool)).isEqualTo(Code.BEHIND_OLDER_REQUEST);
    }

    @Test
    void aRequestThatWaitsForItsPoolDoesNotKeepTheProvidersQuotaFromAnotherPool() {
        now.total("p", 3);
        now.used.put("p", instances(2));
        now.pool("p", "full", "red").limits(2).used(2);
        now.pool("p", "free", "blue").limits(2);
        now.request("200-0000000001", "red");
        now.request("200-0000000002", "blue");

        assertThat(taken(now.plan())).containsExactly("200-0000000002");
    }

    @Test
    void whatARequestCanUseAlreadyIsKeptForItAtTheProviderToo() {
        now.total("p", 4);
        now.used.put("p", instances(2));
        now.pool("p", "full", "red").limits(3).used(2);
        now.pool("p", "free", "blue").limits(2);
        now.request("200-0000000001", "red", "red");
        now.request("200-0000000002", "blue");
        now.request("200-0000000003", "blue");

        // One of the two free instances is for the second red node once a red one is gone; the other is free.
        assertThat(taken(now.plan())).containsExactly("200-0000000002");
    }

    @Test
    void aTenantIsNotChargedTwiceForARequestThatWaitsInTwoPools() {
        now.tenants.put("t", instances(3));
        now.pool("p", "a", "red").limits(1).used(1);
        now.pool("q", "b", "red").limits(1).used(1);
        now.pool("r", "c", "blue");
        now.request("200-0000000001", List.of("red"), fields -> fields.put("tenant_name", "t"));
        now.request("200-0000000002", List.of("blue", "blue"), fields -> fields.put("tenant_name", "t"));

        assertThat(taken(now.plan())).containsExactly("200-0000000002");
    }

    @Test
    void aTenantsBigRequestIsNotStarvedByItsOwnSmallOnes() {
        now.tenantLimits.put("t", instances(3));
        now.tenants.put("t", instances(2));
        var pool = now.pool("p", "a", "red", "blue");
        now.request("200-0000000001", List.of("red", "red", "red"), fields -> fields.put("tenant_name", "t"));
        now.request("200-0000000002", List.of("blue"), fields -> fields.put("tenant_name", "t"));
        now.request("200-0000000003", List.of("blue"), fields -> fields.put("tenant_name", "other"));

        var plan = now.plan();

        assertThat(taken(plan)).containsExactly("200-0000000003");
        assertThat(code(plan, "200-0000000002", pool)).isEqualTo(Code.AT_TENANT_LIMIT);
        now.tenants.put("t", instances(3));
        assertThat(taken(now.plan())).containsExactly("200-0000000001", "200-0000000003");
    }

    @Test
    void aRequestThatItsTenantCanNeverHaveKeepsNothingFromTheTenant() {
        now.tenants.put("t", instances(2));
        now.pool("p", "a", "red");
        now.request("200-0000000001", List.of("red", "red", "red"), fields -> fields.put("tenant_name", "t"));
        now.request("200-0000000002", List.of("red"), fields -> fields.put("tenant_name", "t"));

        assertThat(taken(now.plan())).containsExactly("200-0000000002");
    }

    @Test
    void readyNodesAreKeptForTheFirstWhoseOtherNodesTheCloudRefuses() {
        var pool = now.pool("p", "a", "red", "blue").ready("1", null, "blue");
        pool.unavailable =
                java.util.Optional.of(new dev.nodepool.view.Reason(Code.QUOTA_REFUSED, "the cloud refused a machine"));
        now.request("200-0000000001", "red", "blue");
        now.request("200-0000000002", "blue");

        assertThat(taken(now.plan())).isEmpty();
    }

    @Test
    void readyNodesOfAZoneThatIsFullForARequestAreLeftToOthers() {
        now.pool("p", "a", "red").ready("1", "az1", "red").ready("2", "az2", "red");
        now.request("200-0000000001", "red");
        now.request("200-0000000002", "red");
        now.fullZones.put("200-0000000001", java.util.Set.of("az1"));

        assertThat(now.plan().taken().stream().map(taken -> taken.request() + taken.az()))
                .containsExactly("200-0000000001az2", "200-0000000002az1");
    }

    @Test
    void aTenantIsChargedForReadyNodesToo() {
        now.tenants.put("t", instances(1));
        now.pool("p", "a", "small").ready("1", null, "small").ready("2", null, "small");
        now.request("200-0000000001", List.of("small"), fields -> fields.put("tenant_name", "t"));
        now.request("200-0000000002", List.of("small"), fields -> fields.put("tenant_name", "t"));

        assertThat(taken(now.plan())).containsExactly("200-0000000001");
    }

    @Test
    void allPoolsOfAProviderShareItsMaxConcurrency() {
        var a = now.pool("p", "a", "red");
        var b = now.pool("p", "b", "blue");
        a.launchesLeft = java.util.Optional.of(1);
        b.launchesLeft = java.util.Optional.of(1);
        now.request("200-0000000001", "red");
        now.request("200-0000000002", "blue");

        var plan = now.plan();

        assertThat(taken(plan)).containsExactly("200-0000000001");
        assertThat(code(plan, "200-0000000002", b)).isEqualTo(Code.AT_MAX_CONCURRENCY);
    }

    @Test
    void decidesOnManyRequestsAndNodesInTime() {
        now.total("p", 10_000);
        now.used.put("p", instances(10_000));
        for (var p = 0; p < 4; p++) {
            var pool = now.pool("p", "pool" + p, "red", "green", "blue")
                    .limits(2_500)
                    .used(2_500);
            for (var n = 0; n < 2_000; n++) {
                pool.ready("0000" + p + (1000 + n), null, n % 2 == 0 ? "green" : "blue");
            }
        }
        var labels = List.of("red", "green", "blue");
        for (var r = 0; r < 500; r++) {
            now.request("200-0000000" + (100 + r), labels.get(r % 3), labels.get((r + 1) % 3));
        }
        var snapshot = now.snapshot();
        var millis = new ArrayList<Double>();
        for (var i = 0; i < 5; i++) {
            var start = System.nanoTime();
            Assigner.plan(snapshot);
            millis.add((System.nanoTime() - start) / 1e6);
        }
        System.out.println("AssignerOrderTest: 500 requests, 8000 ready nodes of 10 000: rounds of " + millis + " ms");
        var each = millis.stream().mapToDouble(x -> x).min().orElseThrow() / 500;
        assertThat(each).describedAs("ms for one decision").isLessThan(0.2);
    }
}
