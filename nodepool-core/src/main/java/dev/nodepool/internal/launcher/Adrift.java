package dev.nodepool.internal.launcher;

import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes whose request is gone while they are launched or before they are handed over: they will be stock when all goes
 * well. Kept by each change. Lives on the loop.
 */
final class Adrift {

    private static final Set<NodeState> COMING = EnumSet.of(NodeState.INIT, NodeState.BUILDING, NodeState.READY);

    private final RecordCache<NodeRequest> requests;
    private final Map<String, Map<String, Node>> byRequest = new HashMap<>();
    private final Map<String, Node> adrift = new HashMap<>();

    Adrift(RecordCache<Node> nodes, RecordCache<NodeRequest> requests) {
        this.requests = requests;
        nodes.listen(new Nodes());
        requests.listen(new Requests());
    }

    /**
     * How many nodes of a label there are of that kind.
     *
     * @param served tells providers that somebody serves: what is adrift elsewhere is left as it is
     */
    int of(String label, Predicate<String> served) {
        return (int) adrift.values().stream()
                .filter(node -> node.labels().contains(label))
                .filter(node -> node.provider() != null && served.test(node.provider()))
                .count();
    }

    /** Ids of the nodes of a request that are launched or not yet handed over. */
    Set<String> nodesOf(String request) {
        return Set.copyOf(byRequest.getOrDefault(request, Map.of()).keySet());
    }

    private final class Nodes implements RecordCache.Listener<Node> {
        @Override
        public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
            request(before).forEach(request -> {
                var nodes = byRequest.get(request);
                if (nodes != null && nodes.remove(id) != null && nodes.isEmpty()) {
                    byRequest.remove(request);
                }
            });
            adrift.remove(id);
            request(after).forEach(request -> {
                var node = Objects.requireNonNull(Objects.requireNonNull(after).record());
                byRequest.computeIfAbsent(request, r -> new LinkedHashMap<>()).put(id, node);
                // Rather once too often than missed: who counts on these must not ask for too many.
                if (requests.get(request) == null) {
                    adrift.put(id, node);
                }
            });
        }

        private Stream<String> request(@Nullable Entry<Node> entry) {
            return entry == null
                    ? Stream.empty()
                    : entry
                            .readable()
                            .filter(node -> COMING.contains(node.state()))
                            .flatMap(Node::allocatedTo)
                            .stream();
        }
    }

    private final class Requests implements RecordCache.Listener<NodeRequest> {
        @Override
        public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
            var nodes = byRequest.getOrDefault(id, Map.of());
            if (after == null) {
                adrift.putAll(nodes);
            } else if (before == null) {
                nodes.keySet().forEach(adrift::remove);
            }
        }
    }
}
