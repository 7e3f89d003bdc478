package dev.nodepool.internal.assign;

import static dev.nodepool.internal.assign.Situation.instances;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.assign.Situation.PoolDraft;
import dev.nodepool.model.NodeRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bound of waiting: once a request is the first of those that wait in a pool, nothing that comes later takes what it
 * lacks. It is served when the nodes that were there at that moment are gone, or before. So by induction a request waits
 * for no more generations of nodes than there are requests before it, however many come after it.
 */
class NoStarvationTest {

    private static final int CAPACITY = 6;
    private static final int STEPS = 300;

    private final Situation now = new Situation();
    private final Map<String, Integer> running = new HashMap<>();
    private final Set<String> served = new HashSet<>();

    static List<Long> seeds() {
        return new Random(20240607).longs(200).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theFirstToWaitIsServedWhenTheNodesOfThatMomentAreGone(long seed) {
        var random = new Random(seed);
        var pool = now.pool("p", "a", "red").limits(CAPACITY);
        var before = new HashMap<String, Set<String>>();
        for (var step = 0; step < STEPS; step++) {
            if (random.nextInt(3) > 0) {
                now.request(id(step), labels(1 + random.nextInt(random.nextInt(4) == 0 ? CAPACITY : 2)));
            }
            if (!running.isEmpty() && random.nextBoolean()) {
                var all = new ArrayList<>(running.keySet());
                all.sort(null);
                running.remove(all.get(random.nextInt(all.size())));
            }
            round(pool);
            firstToWait().ifPresent(first -> before.putIfAbsent(first, new HashSet<>(running.keySet())));
            before.forEach((request, then) -> assertThat(served.contains(request)
                            || running.keySet().stream().anyMatch(then::contains))
                    .describedAs("request %s waits though all that ran before it is gone, seed %d", request, seed)
                    .isTrue());
        }
    }

    private Optional<String> firstToWait() {
        return now.waiting.stream()
                .sorted(RequestOrder.FIRST_SERVED_FIRST)
                .map(NodeRequest::id)
                .findFirst();
    }

    private void round(PoolDraft pool) {
        pool.used = instances(running.values().stream().mapToInt(n -> n).sum());
        for (var taken : now.plan().taken()) {
            running.put(taken.request(), taken.nodes().size());
            served.add(taken.request());
            now.waiting.removeIf(request -> request.id().equals(taken.request()));
        }
        assertThat(running.values().stream().mapToInt(n -> n).sum()).isLessThanOrEqualTo(CAPACITY);
    }

    /** Tenants and several pools at once: whoever is first is served within as many turnovers as are before it. */
    @ParameterizedTest
    @MethodSource("seeds")
    void everyRequestIsServedWithinAsManyTurnoversAsAreBeforeIt(long seed) {
        var random = new Random(seed);
        now.tenantLimits.put("t", instances(CAPACITY));
        var pools = List.of(
                now.pool("p", "a", "red", "blue").limits(CAPACITY),
                now.pool("p", "b", "red").limits(4),
                now.pool("q", "c", "blue").limits(3));
        now.total("p", CAPACITY);
        var owner = new HashMap<String, String>();
        var size = new HashMap<String, Integer>();
        var waited = new HashMap<String, Integer>();
        for (var i = 0; i < 30; i++) {
            var labels = labels(1 + random.nextInt(3), random.nextBoolean() ? "red" : "blue");
            var tenant = random.nextBoolean() ? "t" : "other";
            now.request(id(i), List.of(labels), fields -> fields.put("tenant_name", tenant));
            owner.put(id(i), tenant);
        }
        for (var turnover = 0; !now.waiting.isEmpty(); turnover++) {
            assertThat(turnover).describedAs("turnovers, seed %d", seed).isLessThanOrEqualTo(31);
            // Smaller ones keep coming and must not matter.
            now.request(id(1_000 + 10 * turnover), List.of("red"), fields -> fields.put("tenant_name", "t"));
            now.request(id(1_001 + 10 * turnover), "blue");
            for (var pool : pools) {
                pool.used = instances(0);
            }
            now.used.put("p", instances(0));
            now.tenants.put("t", instances(CAPACITY));
            for (var taken : now.plan().taken()) {
                size.put(taken.request(), taken.nodes().size());
                waited.put(taken.request(), turnover);
                now.waiting.removeIf(request -> request.id().equals(taken.request()));
            }
            if (waited.keySet().containsAll(owner.keySet())) {
                break;
            }
        }
        var position = 0;
        for (var request : owner.keySet().stream().sorted().toList()) {
            assertThat(waited.get(request))
                    .describedAs("%s of seed %d", request, seed)
                    .isLessThanOrEqualTo(position++);
        }
    }

    private static String id(int n) {
        return "200-%010d".formatted(n);
    }

    private static String[] labels(int count) {
        return labels(count, "red");
    }

    private static String[] labels(int count, String label) {
        return Collections.nCopies(count, label).toArray(String[]::new);
    }
}
