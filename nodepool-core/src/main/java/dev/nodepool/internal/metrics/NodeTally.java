package dev.nodepool.internal.metrics;

import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many nodes are in each state: in all, of each provider and of each label. A node counts for each of its labels.
 * Kept by each change, so that nobody has to walk through all nodes. Lives on the loop.
 */
final class NodeTally implements RecordCache.Listener<Node> {

    private record Counted(NodeState state, @Nullable String provider, Set<String> labels) {}

    private final Runnable changed;
    private final Map<Figure, Long> sums = new HashMap<>();

    /** @param changed run when a sum has changed */
    NodeTally(Runnable changed) {
        this.changed = changed;
    }

    @Override
    public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
        var old = counted(before);
        var now = counted(after);
        if (!Objects.equals(old, now)) {
            count(old, -1);
            count(now, 1);
            changed.run();
        }
    }

    private static @Nullable Counted counted(@Nullable Entry<Node> entry) {
        var node = entry == null ? null : entry.record();
        return node == null || node.state() == NodeState.UNKNOWN
                ? null
                : new Counted(node.state(), node.provider(), Set.copyOf(node.labels()));
    }

    private void count(@Nullable Counted node, long sign) {
        if (node == null) {
            return;
        }
        var state = node.state().text();
        add(FigureName.NODES.of(state), sign);
        if (node.provider() != null) {
            add(FigureName.PROVIDER_NODES.of(node.provider(), state), sign);
        }
        node.labels().forEach(label -> add(FigureName.LABEL_NODES.of(label, state), sign));
    }

    private void add(Figure figure, long sign) {
        sums.merge(figure, sign, (some, more) -> some + more == 0 ? null : some + more);
    }

    /** Sums without zeros: a view that follows the changes. */
    Map<Figure, Long> sums() {
        return sums;
    }
}
