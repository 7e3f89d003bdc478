package dev.nodepool.internal.assign;

import dev.nodepool.internal.assign.Pool.ReadyNode;
import java.util.Iterator;
import java.util.List;

/**
 * Nodes that could be handed out at once, oldest first. May be a view of something live: it holds for one round. Looked
 * at only as far as needed, so that a pool full of ready nodes costs no more than one with a few.
 */
public interface ReadyNodes {

    /** Those that have a label. */
    Iterator<ReadyNode> of(String label);

    Iterator<ReadyNode> all();

    static ReadyNodes of(List<ReadyNode> nodes) {
        var copy = List.copyOf(nodes);
        return new ReadyNodes() {
            @Override
            public Iterator<ReadyNode> of(String label) {
                return copy.stream().filter(n -> n.labels().contains(label)).iterator();
            }

            @Override
            public Iterator<ReadyNode> all() {
                return copy.iterator();
            }
        };
    }
}
