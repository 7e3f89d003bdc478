package dev.nodepool.internal.launcher;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which slots of hosts that exist already are free or will be when their users are done, so that requests may wait for
 * them. Lives on the loop.
 */
final class LentSlots implements RecordCache.Listener<Node> {

    /** Held nodes come back when a person says so, which nobody can wait for. */
    private static final Set<NodeState> COMES_BACK =
            EnumSet.of(NodeState.READY, NodeState.IN_USE, NodeState.USED, NodeState.DELETING);

    /** After use a slot has no record until its host was checked; longer than this means that the host is not reached. */
    private static final Duration ENTERED_WITHIN = Duration.ofSeconds(30);

    private record PoolKey(
            @Nullable String provider, @Nullable String pool) {

        static PoolKey of(Node node) {
            return new PoolKey(node.provider(), node.pool());
        }
    }

    private record SlotKey(
            @Nullable String host,
            @Nullable String username,
            int port,
            @Nullable Object slot) {

        static SlotKey of(Node node) {
            return new SlotKey(
                    node.hostname(), node.username(), node.port(), node.doc().get(Node.SLOT));
        }
    }

    private record Gone(List<String> labels, double since) {}

    private final Threads threads;
    private final Map<PoolKey, Map<String, List<String>>> there = new HashMap<>();
    private final Map<PoolKey, Map<SlotKey, Gone>> gone = new HashMap<>();

    LentSlots(Threads threads) {
        this.threads = threads;
    }

    @Override
    public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
        var old = before == null ? null : before.record();
        var now = after == null ? null : after.record();
        if (old != null && old.ofInventory()) {
            there.getOrDefault(PoolKey.of(old), new HashMap<>()).remove(id);
            if (now == null && COMES_BACK.contains(old.state())) {
                gone.computeIfAbsent(PoolKey.of(old), k -> new HashMap<>())
                        .put(SlotKey.of(old), new Gone(old.labels(), threads.now()));
            }
        }
        if (now != null && now.ofInventory() && COMES_BACK.contains(now.state())) {
            there.computeIfAbsent(PoolKey.of(now), k -> new HashMap<>()).put(id, now.labels());
            gone.getOrDefault(PoolKey.of(now), new HashMap<>()).remove(SlotKey.of(now));
        }
    }

    /** The labels of each such slot of a pool. */
    List<List<String>> of(String provider, String pool) {
        var key = new PoolKey(provider, pool);
        var left = gone.getOrDefault(key, new HashMap<>());
        var limit = threads.now() - ENTERED_WITHIN.toSeconds();
        left.values().removeIf(slot -> slot.since() < limit);
        return Stream.concat(
                        there.getOrDefault(key, Map.of()).values().stream(),
                        left.values().stream().map(Gone::labels))
                .toList();
    }
}
