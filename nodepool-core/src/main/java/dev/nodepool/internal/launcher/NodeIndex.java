package dev.nodepool.internal.launcher;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.quota.Use;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What decisions need to know of all nodes, kept by each change so that a decision never walks through them. Lives on
 * the loop.
 */
final class NodeIndex implements RecordCache.Listener<Node> {

    /** Assumed for a record that does not tell what it takes. */
    private static final Amounts ONE_MACHINE = Amounts.of(Amounts.INSTANCES, 1);

    private static final Set<NodeState> ON_THE_WAY_OUT =
            EnumSet.of(NodeState.USED, NodeState.FAILED, NodeState.ABORTED, NodeState.DELETING, NodeState.DELETED);

    private record PoolKey(
            @Nullable String provider, @Nullable String pool) {}

    private final RecordCache<Node> cache;
    private final Ledger ledger;
    private final Map<PoolKey, TreeSet<Node>> ready = new HashMap<>();
    private final Map<PoolKey, Amounts> freeing = new HashMap<>();
    private final Map<String, Map<PoolKey, Integer>> readyByLabel = new HashMap<>();
    private final Map<String, TreeSet<String>> byProvider = new TreeMap<>();

    NodeIndex(RecordCache<Node> cache, Ledger ledger) {
        this.cache = cache;
        this.ledger = ledger;
        cache.listen(this);
    }

    @Override
    public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
        var old = before == null ? null : before.record();
        var now = after == null ? null : after.record();
        if (old != null) {
            count(old, -1);
            ledger.remove(id);
        }
        if (now != null) {
            count(now, 1);
            Use.of(now, ONE_MACHINE).ifPresent(use -> ledger.enter(id, use));
        }
    }

    private void count(Node node, int sign) {
        var provider = node.provider();
        if (provider != null && sign > 0) {
            byProvider.computeIfAbsent(provider, name -> new TreeSet<>()).add(node.id());
        } else if (provider != null) {
            byProvider.computeIfPresent(provider, (name, ids) -> ids.remove(node.id()) && ids.isEmpty() ? null : ids);
        }
        var key = new PoolKey(node.provider(), node.pool());
        if (free(node)) {
            var nodes = ready.computeIfAbsent(
                    key,
                    k -> new TreeSet<>(
                            Comparator.comparingDouble(Node::stateTime).thenComparing(Node::id)));
            if (sign > 0) {
                nodes.add(node);
            } else {
                nodes.remove(node);
            }
            node.labels()
                    .forEach(label -> readyByLabel
                            .computeIfAbsent(label, l -> new HashMap<>())
                            .merge(key, sign, NodeIndex::sumOrNone));
        }
        if (ON_THE_WAY_OUT.contains(node.state())) {
            var amounts = node.resources().orElse(ONE_MACHINE);
            freeing.merge(key, sign > 0 ? amounts : Amounts.NONE.minus(amounts), Amounts::plus);
        }
    }

    private static boolean free(Node node) {
        return node.state() == NodeState.READY && node.allocatedTo().isEmpty();
    }

    /** Nodes that can be handed out, oldest first. */
    List<ReadyNode> ready(String provider, String pool) {
        var nodes = ready.get(new PoolKey(provider, pool));
        if (nodes == null) {
            return List.of();
        }
        return nodes.stream()
                .filter(n -> !cache.locked(n.id()))
                .map(n ->
                        new ReadyNode(n.id(), n.labels(), n.az(), n.resources().orElse(ONE_MACHINE)))
                .toList();
    }

    /** What nodes on their way out will give back. */
    Amounts freeing(String provider, String pool) {
        return freeing.getOrDefault(new PoolKey(provider, pool), Amounts.NONE);
    }

    /** The same for all pools of a provider. */
    Amounts freeing(String provider) {
        return freeing.entrySet().stream()
                .filter(e -> provider.equals(e.getKey().provider()))
                .map(Map.Entry::getValue)
                .reduce(Amounts.NONE, Amounts::plus);
    }

    /** Names of all providers that nodes belong to, whoever serves them. */
    Set<String> providers() {
        return Set.copyOf(byProvider.keySet());
    }

    /** Ids of all nodes of a provider, in order. */
    List<String> ofProvider(String provider) {
        return List.copyOf(byProvider.getOrDefault(provider, new TreeSet<>()));
    }

    private static @Nullable Integer sumOrNone(int some, int more) {
        return some + more == 0 ? null : some + more;
    }

    /**
     * Number of ready nodes of a label that belong to no request.
     *
     * @param counts which pools count, by provider and pool
     */
    int readyOf(String label, BiPredicate<@Nullable String, @Nullable String> counts) {
        return readyByLabel.getOrDefault(label, Map.of()).entrySet().stream()
                .filter(e -> counts.test(e.getKey().provider(), e.getKey().pool()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
