package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.model.NodeRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

    private final Set<String> handedOut = new HashSet<>();
    private final Map<String, Row> rows = new HashMap<>();

    Shelf(Pool pool) {
        this.pool = pool;
        used = pool.used();
        freeing = pool.freeing();
    }

    /** @param fullZones zones that the request must not be in */
    Choice choose(NodeRequest request, Set<String> fullZones) {
        var reused = new ArrayList<ReadyNode>();
        var nodes = new ArrayList<NodePlan>();
        String az = null;
        for (var label : request.labels()) {
            var node = request.reuse() ? find(label, az, reused, fullZones) : Optional.<ReadyNode>empty();
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
    private Optional<ReadyNode> find(String label, @Nullable String az, List<ReadyNode> taken, Set<String> fullZones) {
        return rows.computeIfAbsent(label, l -> new Row(pool.ready().of(l)))
                .find(node -> (az == null || az.equals(node.az()))
                        && !taken.contains(node)
                        && !fullZones.contains(String.valueOf(node.az())));
    }

    void remove(Choice choice) {
        choice.reused().forEach(node -> handedOut.add(node.id()));
    }

    void remove(ReadyNode node) {
        handedOut.add(node.id());
        freeing = freeing.plus(node.amounts());
    }

    /**
     * Picks ready nodes that nobody has asked for, oldest first, as few as make up for what is missing.
     *
     * @param picked those that go already; more are added
     * @return what is still missing then
     */
    Amounts pick(Amounts missing, Map<ReadyNode, Shelf> picked) {
        var left = missing;
        for (var all = pool.ready().all(); anyOf(left) && all.hasNext(); ) {
            var node = all.next();
            if (!handedOut.contains(node.id()) && helps(node, left) && picked.putIfAbsent(node, this) == null) {
                left = left.minus(node.amounts());
            }
        }
        return left;
    }

    static boolean anyOf(Amounts missing) {
        return missing.byName().values().stream().anyMatch(n -> n > 0);
    }

    private static boolean helps(ReadyNode node, Amounts missing) {
        return missing.byName().entrySet().stream()
                .anyMatch(e -> e.getValue() > 0 && node.amounts().get(e.getKey()) > 0);
    }

    /** The ready nodes of one label, looked at once each however many requests ask for them. */
    private final class Row {

        private final Iterator<ReadyNode> unseen;
        private final List<ReadyNode> seen = new ArrayList<>();

        Row(Iterator<ReadyNode> nodes) {
            unseen = nodes;
        }

        Optional<ReadyNode> find(Predicate<ReadyNode> suits) {
            seen.removeIf(node -> handedOut.contains(node.id()));
            for (var node : seen) {
                if (suits.test(node)) {
                    return Optional.of(node);
                }
            }
            while (unseen.hasNext()) {
                var node = unseen.next();
                if (handedOut.contains(node.id())) {
                    continue;
                }
                seen.add(node);
                if (suits.test(node)) {
                    return Optional.of(node);
                }
            }
            return Optional.empty();
        }
    }
}
