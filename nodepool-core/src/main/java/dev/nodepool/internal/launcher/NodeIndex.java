package dev.nodepool.internal.launcher;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.internal.assign.ReadyNodes;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.quota.Use;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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
    private final Map<PoolKey, Shelved> ready = new HashMap<>();
    private final Set<String> promised = new HashSet<>();
    private final Set<String> leaving = new HashSet<>();
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
            stays(id, old);
            count(old, -1);
            ledger.remove(id);
        }
        if (now != null) {
            count(now, 1);
            Use.of(now, amounts(now)).ifPresent(use -> ledger.enter(id, use));
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
            var nodes = ready.computeIfAbsent(key, k -> new Shelved());
            var shown = new ReadyNode(node.id(), node.labels(), node.az(), amounts(node));
            if (sign > 0) {
                nodes.add(node.stateTime(), shown);
            } else {
                nodes.remove(node.stateTime(), shown);
            }
            node.labels()
                    .forEach(label -> readyByLabel
                            .computeIfAbsent(label, l -> new HashMap<>())
                            .merge(key, sign, NodeIndex::sumOrNone));
        }
        if (ON_THE_WAY_OUT.contains(node.state())) {
            countFreeing(node, sign);
        }
    }

    private void countFreeing(Node node, int sign) {
        var amounts = amounts(node);
        freeing.merge(
                new PoolKey(node.provider(), node.pool()),
                sign > 0 ? amounts : Amounts.NONE.minus(amounts),
                Amounts::plus);
    }

    private static Amounts amounts(Node node) {
        return node.resources().orElse(node.ofInventory() ? Amounts.NONE : ONE_MACHINE);
    }

    private static boolean free(Node node) {
        return node.state() == NodeState.READY && node.allocatedTo().isEmpty();
    }

    /** Nodes that can be handed out: a view that follows the index. */
    ReadyNodes ready(String provider, String pool) {
        var nodes = ready.get(new PoolKey(provider, pool));
        return nodes == null ? ReadyNodes.of(List.of()) : new Free(nodes);
    }

    /**
     * Sets a node aside that somebody was promised, so that nobody else is.
     *
     * @return ends that, to be run when its record shows what became of it, or nothing did
     */
    Runnable promise(String id) {
        promised.add(id);
        return () -> promised.remove(id);
    }

    /**
     * Counts a ready node as on its way out before its record says so.
     *
     * @return ends that, to be run when its record says so, or it stays
     */
    Runnable leaves(String id) {
        var entry = cache.get(id);
        var node = entry == null ? null : entry.record();
        if (node == null || !promised.add(id)) {
            return () -> {};
        }
        leaving.add(id);
        countFreeing(node, 1);
        return () -> {
            promised.remove(id);
            stays(id, node);
        };
    }

    private void stays(String id, Node node) {
        if (leaving.remove(id)) {
            countFreeing(node, -1);
        }
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

    /** The ready nodes of one pool, oldest first. */
    private static final class Shelved {

        private record Place(double since, String id) {}

        private final TreeMap<Place, ReadyNode> all = byAge();
        private final Map<String, TreeMap<Place, ReadyNode>> byLabel = new HashMap<>();

        private static TreeMap<Place, ReadyNode> byAge() {
            return new TreeMap<>(Comparator.comparingDouble(Place::since).thenComparing(Place::id));
        }

        void add(double since, ReadyNode node) {
            var place = new Place(since, node.id());
            all.put(place, node);
            node.labels()
                    .forEach(label ->
                            byLabel.computeIfAbsent(label, l -> byAge()).put(place, node));
        }

        void remove(double since, ReadyNode node) {
            var place = new Place(since, node.id());
            all.remove(place);
            node.labels()
                    .forEach(label -> byLabel.computeIfPresent(label, (l, nodes) -> {
                        nodes.remove(place);
                        return nodes.isEmpty() ? null : nodes;
                    }));
        }
    }

    /** Those of them that nobody has locked, changes now, or was promised. */
    private final class Free implements ReadyNodes {

        private final Shelved nodes;

        Free(Shelved nodes) {
            this.nodes = nodes;
        }

        @Override
        public Iterator<ReadyNode> of(String label) {
            return free(nodes.byLabel.getOrDefault(label, Shelved.byAge()));
        }

        @Override
        public Iterator<ReadyNode> all() {
            return free(nodes.all);
        }

        private Iterator<ReadyNode> free(Map<?, ReadyNode> candidates) {
            return candidates.values().stream()
                    .filter(n -> !promised.contains(n.id()) && !cache.locked(n.id()) && !cache.outdated(n.id()))
                    .iterator();
        }
    }
}
