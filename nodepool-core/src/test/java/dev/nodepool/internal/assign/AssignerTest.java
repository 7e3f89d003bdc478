package dev.nodepool.internal.assign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Plan.NodePlan.Launch;
import dev.nodepool.internal.assign.Plan.NodePlan.Reuse;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.model.Document;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignerTest {

    private static final Amounts ONE = Amounts.compute(1, 4, 8192);

    private final List<NodeRequest> waiting = new ArrayList<>();
    private final List<Pool> pools = new ArrayList<>();
    private final List<RegisteredPool> others = new ArrayList<>();
    private final Map<String, Snapshot.Capacity> providers = new HashMap<>();
    private final Set<String> impatient = new HashSet<>();
    private final Map<String, Snapshot.Tenant> tenants = new HashMap<>();
    private int sequence;

    private String ask(Map<String, ?> more, String... labels) {
        var id = "%s-%010d".formatted(more.containsKey("precedence") ? more.get("precedence") : "200", sequence++);
        var fields = new HashMap<String, Object>(Map.of("state", "requested", "node_types", List.of(labels)));
        fields.putAll(more);
        waiting.add(new NodeRequest(id, new Document(fields)));
        return id;
    }

    private String ask(String... labels) {
        return ask(Map.of(), labels);
    }

    /** A pool with labels a, b, c and so many servers; more can be changed on the way. */
    private Pool pool(String id, long maxServers, ReadyNode... ready) {
        var label = new Pool.Label(ONE, LabelState.READY);
        return new Pool(
                id,
                "p",
                id,
                100,
                false,
                Optional.empty(),
                Optional.empty(),
                Map.of("a", label, "b", label, "c", label),
                Amounts.of(Amounts.INSTANCES, maxServers),
                new Amounts(Map.of(Amounts.INSTANCES, (long) ready.length)),
                Amounts.NONE,
                false,
                ReadyNodes.of(List.of(ready)));
    }

    private static ReadyNode ready(String id, String label, String az) {
        return new ReadyNode(id, List.of(label), az, ONE);
    }

    private Plan plan() {
        var peers = new ArrayList<>(others);
        pools.forEach(p -> peers.add(new RegisteredPool(
                p.launcherId(), p.provider(), p.name(), p.labels().keySet(), true, p.priority(), false)));
        return Assigner.plan(new Snapshot(waiting, pools, peers, providers, impatient, tenants, Map.of()));
    }

    private List<String> taken() {
        return plan().taken().stream().map(Plan.Taken::request).toList();
    }

    private Code reason(String request, String pool) {
        return plan().refused().get(request).get(pool).code();
    }

    @Test
    void servesByPrecedenceThenRelativePriorityThenArrival() {
        var late = ask(Map.of("relative_priority", 5), "a");
        var normal = ask("a");
        var second = ask("a");
        var high = ask(Map.of("precedence", "100", "relative_priority", 9), "a");
        pools.add(pool("main", 10));
        assertThat(taken()).containsExactly(high, normal, second, late);
    }

    @Test
    void takesAllNodesOrNone() {
        var three = ask("a", "a", "a");
        pools.add(pool("main", 2, ready("n1", "a", null)));
        assertThat(plan().taken()).isEmpty();
        assertThat(reason(three, "main")).isEqualTo(Code.TOO_BIG);
    }

    @Test
    void smallRequestsDoNotStarveAnOlderBigOne() {
        ask("a", "a", "a");
        var small = IntStream.range(0, 20).mapToObj(i -> ask("a")).toList();
        var busy = pool("main", 4);
        pools.add(withUsed(busy, 2));
        assertThat(taken()).isEmpty();
        assertThat(reason(small.get(0), "main")).isEqualTo(Code.BEHIND_OLDER_REQUEST);
        pools.set(0, withUsed(busy, 1));
        assertThat(taken()).hasSize(1).doesNotContainAnyElementsOf(small);
    }

    @Test
    void laterRequestPassesWithWhatTheFirstCanNotUse() {
        var big = ask("big");
        var tiny = ask("tiny");
        pools.add(new Pool(
                "main",
                "p",
                "main",
                100,
                false,
                Optional.empty(),
                Optional.empty(),
                Map.of(
                        "big", new Pool.Label(Amounts.of(Amounts.CORES, 8), LabelState.READY),
                        "tiny", new Pool.Label(Amounts.of(Amounts.RAM, 512), LabelState.READY)),
                new Amounts(Map.of(Amounts.CORES, 10L, Amounts.RAM, 1024L)),
                Amounts.of(Amounts.CORES, 6),
                Amounts.NONE,
                false,
                ReadyNodes.of(List.of())));
        assertThat(taken()).containsExactly(tiny);
        assertThat(reason(big, "main")).isEqualTo(Code.AT_POOL_LIMIT);
    }

    @Test
    void prefersReadyNodesAndStaysInTheirZone() {
        var request = ask("a", "a", "b");
        pools.add(pool("main", 10, ready("n1", "a", "az1"), ready("n2", "a", "az2"), ready("n3", "b", "az1")));
        var taken = plan().taken().get(0);
        assertThat(taken.request()).isEqualTo(request);
        assertThat(taken.az()).isEqualTo("az1");
        assertThat(taken.nodes()).containsExactly(new Reuse("a", "n1"), new Launch("a"), new Reuse("b", "n3"));
    }

    @Test
    void launchesAnewForWhoDoesNotWantUsedStock() {
        ask(Map.of("reuse", false), "a");
        pools.add(pool("main", 10, ready("n1", "a", null)));
        assertThat(plan().taken().get(0).nodes()).containsExactly(new Launch("a"));
    }

    @Test
    void declinesWhatItCanNeverServeAndSaysWhy() {
        var noLabels = ask();
        var unknown = ask("zzz");
        var big = ask("a", "a", "a");
        pools.add(pool("main", 2));
        assertThat(reason(noLabels, "main")).isEqualTo(Code.NO_LABELS);
        assertThat(reason(unknown, "main")).isEqualTo(Code.LABEL_NOT_HERE);
        assertThat(reason(big, "main")).isEqualTo(Code.TOO_BIG);
        assertThat(plan().refused().values())
                .allSatisfy(r -> assertThat(r.get("main").declines()).isTrue());
    }

    @Test
    void disabledPoolDeclines() {
        var request = ask("a");
        var on = pool("main", 0);
        pools.add(new Pool(
                "main",
                "p",
                "main",
                100,
                true,
                Optional.empty(),
                Optional.empty(),
                on.labels(),
                on.limits(),
                on.used(),
                Amounts.NONE,
                false,
                ReadyNodes.of(List.of())));
        assertThat(reason(request, "main")).isEqualTo(Code.POOL_DISABLED);
    }

    @Test
    void brokenLabelAndMissingImageDecline() {
        var broken = ask("a");
        var missing = ask("b");
        pools.add(withLabels(Map.of(
                "a", new Pool.Label(ONE, LabelState.broken("no flavor")),
                "b", new Pool.Label(ONE, LabelState.notNow("no upload")))));
        assertThat(reason(broken, "main")).isEqualTo(Code.LABEL_BROKEN);
        assertThat(reason(missing, "main")).isEqualTo(Code.IMAGE_NOT_READY);
    }

    private Pool withLabels(Map<String, Pool.Label> labels) {
        return new Pool(
                "main",
                "p",
                "main",
                100,
                false,
                Optional.empty(),
                Optional.empty(),
                labels,
                Amounts.NONE,
                Amounts.NONE,
                Amounts.NONE,
                false,
                ReadyNodes.of(List.of()));
    }

    @Test
    void leavesTheRequestToWhoHasTheLabels() {
        var request = ask("zzz");
        pools.add(pool("main", 2));
        others.add(new RegisteredPool("elsewhere", "q", "main", Set.of("zzz"), true, 100, false));
        assertThat(reason(request, "main")).isEqualTo(Code.OTHER_POOL_HAS_LABELS);
        others.set(0, new RegisteredPool("old", "q", "main", Set.of("zzz"), false, 100, false));
        assertThat(reason(request, "main")).isEqualTo(Code.LABEL_NOT_HERE);
    }

    @Test
    void leavesTheRequestToThePreferredProviderWhileThatMayServe() {
        var request = ask(Map.of("provider", "q"), "a");
        pools.add(pool("main", 2));
        others.add(new RegisteredPool("q-main", "q", "main", Set.of("a"), true, 100, false));
        assertThat(reason(request, "main")).isEqualTo(Code.OTHER_PROVIDER_PREFERRED);
        others.clear();
        assertThat(taken()).containsExactly(request);
    }

    @Test
    void yieldsToABetterPriorityUnlessThatWaitsItself() {
        var request = ask("a");
        pools.add(pool("main", 2));
        others.add(new RegisteredPool("better", "q", "main", Set.of("a"), true, 50, false));
        assertThat(reason(request, "main")).isEqualTo(Code.BETTER_PRIORITY_ELSEWHERE);
        others.set(0, new RegisteredPool("better", "q", "main", Set.of("a"), true, 50, true));
        assertThat(taken()).containsExactly(request);
    }

    @Test
    void doesNotLeaveARequestToOthersForEver() {
        var pinned = ask(Map.of("provider", "q"), "a");
        var foreign = ask("zzz");
        pools.add(pool("main", 2));
        others.add(new RegisteredPool("better", "q", "main", Set.of("a", "zzz"), true, 50, false));
        assertThat(taken()).isEmpty();
        impatient.addAll(List.of(pinned, foreign));
        assertThat(taken()).containsExactly(pinned);
        assertThat(reason(foreign, "main")).isEqualTo(Code.LABEL_NOT_HERE);
    }

    @Test
    void minReadyNeverWaitsForRoom() {
        var request = ask(Map.of("requestor", NodeRequest.MIN_READY, "reuse", false), "a");
        pools.add(withUsed(pool("main", 2), 2));
        assertThat(reason(request, "main")).isEqualTo(Code.NO_ROOM_FOR_MIN_READY);
    }

    @Test
    void freeNodesMakeRoomForTheFirstThatWaits() {
        ask("c", "c");
        pools.add(pool("main", 3, ready("old", "a", null), ready("middle", "a", null), ready("new", "b", null)));
        assertThat(plan().evicted()).containsExactly("old", "middle");
        assertThat(plan().waitingPools()).containsExactly("main");
    }

    @Test
    void concurrencyLimitsLaunchesAndZeroSwitchesOff() {
        var first = ask("a");
        var second = ask("a");
        pools.add(withLaunches(1));
        assertThat(taken()).containsExactly(first);
        assertThat(reason(second, "main")).isEqualTo(Code.AT_MAX_CONCURRENCY);
        pools.set(0, withLaunches(-1));
        assertThat(reason(first, "main")).isEqualTo(Code.SWITCHED_OFF);
    }

    private Pool withLaunches(int left) {
        var base = pool("main", 10);
        return new Pool(
                "main",
                "p",
                "main",
                100,
                false,
                Optional.empty(),
                Optional.of(left),
                base.labels(),
                base.limits(),
                base.used(),
                Amounts.NONE,
                false,
                ReadyNodes.of(List.of()));
    }

    @Test
    void tenantLimitHoldsUpOnlyThatTenant() {
        var limited = ask(Map.of("tenant_name", "blue"), "a", "a");
        var free = ask(Map.of("tenant_name", "green"), "a");
        tenants.put("blue", new Snapshot.Tenant(Amounts.of(Amounts.CORES, 7), Amounts.of(Amounts.CORES, 7)));
        pools.add(pool("main", 10));
        assertThat(reason(limited, "main")).isEqualTo(Code.AT_TENANT_LIMIT);
        assertThat(taken()).containsExactly(free);
    }

    @Test
    void providerLimitCountsForAllItsPools() {
        var first = ask("a");
        var second = ask("a");
        providers.put("p", new Snapshot.Capacity(Amounts.of(Amounts.INSTANCES, 1), Amounts.NONE, Amounts.NONE));
        pools.add(pool("one", 10));
        pools.add(pool("two", 10));
        assertThat(taken()).containsExactly(first);
        assertThat(reason(second, "one")).isEqualTo(Code.AT_PROVIDER_LIMIT);
    }

    @Test
    void waitsForRoomThatOnlyMachinesOfOursWithoutARecordTake() {
        var request = ask("a", "a");
        var two = Amounts.of(Amounts.INSTANCES, 2);
        var one = Amounts.of(Amounts.INSTANCES, 1);
        pools.add(pool("main", 10));
        providers.put("p", new Snapshot.Capacity(two, one, Amounts.NONE, Amounts.NONE));
        assertThat(reason(request, "main")).isEqualTo(Code.AT_PROVIDER_LIMIT);
        providers.put("p", new Snapshot.Capacity(one, one, Amounts.NONE, Amounts.NONE));
        assertThat(reason(request, "main")).isEqualTo(Code.TOO_BIG);
    }

    @Test
    void unavailableProviderMakesRequestsWaitButReadyNodesAreGiven() {
        var request = ask("a");
        var stocked = ask("b");
        var base = pool("main", 10, ready("n1", "b", null));
        pools.add(new Pool(
                "main",
                "p",
                "main",
                100,
                false,
                Optional.of(new Reason(Code.PROVIDER_UNAVAILABLE, "down")),
                Optional.empty(),
                base.labels(),
                base.limits(),
                base.used(),
                Amounts.NONE,
                false,
                base.ready()));
        assertThat(reason(request, "main")).isEqualTo(Code.PROVIDER_UNAVAILABLE);
        assertThat(taken()).containsExactly(stocked);
    }

    private static Pool withUsed(Pool pool, long instances) {
        return new Pool(
                pool.launcherId(),
                pool.provider(),
                pool.name(),
                pool.priority(),
                false,
                Optional.empty(),
                Optional.empty(),
                pool.labels(),
                pool.limits(),
                Amounts.of(Amounts.INSTANCES, instances),
                Amounts.NONE,
                false,
                pool.ready());
    }
}
