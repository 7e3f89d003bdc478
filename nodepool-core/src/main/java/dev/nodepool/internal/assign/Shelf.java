package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.model.NodeRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pool with what this round has handed out of it. */
final class Shelf {

    /** How the nodes of one request are had from one pool. */
    record Choice(
            List<NodePlan> nodes,
            List<ReadyNode> reused,
            @Nullable String az) {

        List<String> launches() {
            return nodes.stream()
                    .filter(NodePlan.Launch.class::isInstance)
                    .map(NodePlan::label)
                    .toList();
        }
    }

    final Pool pool;
    Amounts used;
    Amounts freeing;

    @Nullable String keptFor;

    private final Map<String, ReadyNode> ready = new LinkedHashMap<>();
    private final Map<String, Map<String, ReadyNode>> readyByLabel = new HashMap<>();

    Shelf(Pool pool) {
        this.pool = pool;
        used = pool.used();
        freeing = pool.freeing();
        for (var node : pool.ready()) {
            ready.put(node.id(), node);
            node.labels()
                    .forEach(label -> readyByLabel
                            .computeIfAbsent(label, l -> new LinkedHashMap<>())
                            .put(node.id(), node));
        }
    }

    Choice choose(NodeRequest request) {
        var reused = new ArrayList<ReadyNode>();
        var nodes = new ArrayList<NodePlan>();
        String az = null;
        for (var label : request.labels()) {
            var node = request.reuse() ? find(label, az, reused) : Optional.<ReadyNode>empty();
            if (node.isPresent()) {
                reused.add(node.get());
                az = az == null ? node.get().az() : az;
                nodes.add(new NodePlan.Reuse(label, node.get().id()));
            } else {
                nodes.add(new NodePlan.Launch(label));
            }
        }
        return new Choice(nodes, reused, az);
    }

    /** All nodes of a request belong into one zone, as far as it is known. */
    private Optional<ReadyNode> find(String label, @Nullable String az, List<ReadyNode> taken) {
        return readyByLabel.getOrDefault(label, Map.of()).values().stream()
                .filter(n -> az == null || az.equals(n.az()))
                .filter(n -> !taken.contains(n))
                .findFirst();
    }

    void remove(Choice choice) {
        choice.reused().forEach(this::remove);
    }

    /**
     * Takes ready nodes away that nobody has asked for, oldest first, as few as make up for what is missing.
     *
     * @return what is still missing then
     */
    Amounts evict(Amounts missing, List<String> evicted) {
        var left = missing;
        for (var node : List.copyOf(ready.values())) {
            if (!anyOf(left)) {
                break;
            }
            if (helps(node, left)) {
                remove(node);
                evicted.add(node.id());
                freeing = freeing.plus(node.amounts());
                left = left.minus(node.amounts());
            }
        }
        return left;
    }

    private static boolean anyOf(Amounts missing) {
        return missing.byName().values().stream().anyMatch(n -> n > 0);
    }

    private static boolean helps(ReadyNode node, Amounts missing) {
        return missing.byName().entrySet().stream()
                .anyMatch(e -> e.getValue() > 0 && node.amounts().get(e.getKey()) > 0);
    }

    private void remove(ReadyNode node) {
        ready.remove(node.id());
        node.labels()
                .forEach(label -> readyByLabel.getOrDefault(label, Map.of()).remove(node.id()));
    }
}
