package dev.nodepool.internal.recycle;

import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Nodes that can not be deleted or read: counted, and told to people. Lives on the loop. */
final class NodeTroubles {

    private static final int SHOWN = 20;

    /** What somebody has taken out of the way of deletion since is no trouble any more. */
    private static final Set<NodeState> ON_THE_WAY_OUT = EnumSet.of(NodeState.DELETING, NodeState.DELETED);

    private final Stores stores;
    private final Set<String> unreadable = new TreeSet<>();
    private final Set<String> told = new TreeSet<>();

    NodeTroubles(Stores stores) {
        this.stores = stores;
    }

    void changed(String id, @Nullable Entry<Node> after) {
        if (after != null && after.record() == null) {
            unreadable.add(id);
        } else {
            unreadable.remove(id);
        }
    }

    /** @param failing ids of nodes whose deletion failed at the last try */
    void tell(Collection<String> failing) {
        var byProvider = byProvider(failing);
        told.addAll(byProvider.keySet());
        told.forEach(provider -> stores.stats()
                .gauge(
                        FigureName.DELETES_FAILING.of(provider),
                        byProvider.getOrDefault(provider, List.of()).size()));
        stores.stats().gauge(FigureName.RECORDS_UNREADABLE.of(), unreadable.size());
    }

    private TreeMap<String, List<String>> byProvider(Collection<String> failing) {
        var ids = new TreeMap<String, List<String>>();
        failing.stream()
                .sorted()
                .forEach(id -> Optional.ofNullable(stores.nodes().cache().get(id))
                        .flatMap(Entry::readable)
                        .filter(node -> ON_THE_WAY_OUT.contains(node.state()))
                        .map(Node::provider)
                        .ifPresent(provider -> ids.computeIfAbsent(provider, p -> new ArrayList<>())
                                .add(id)));
        return ids;
    }

    List<String> remarks(Collection<String> failing) {
        var remarks = new ArrayList<String>();
        byProvider(failing)
                .forEach((provider, nodes) -> remarks.add("provider " + provider + ": " + nodes.size()
                        + " nodes could not be deleted so far, which is tried again: " + some(nodes)));
        if (!unreadable.isEmpty()) {
            remarks.add(unreadable.size() + " node records can not be read and are left alone: " + some(unreadable));
        }
        return remarks;
    }

    private static String some(Collection<String> ids) {
        return String.join(", ", ids.stream().limit(SHOWN).toList()) + (ids.size() > SHOWN ? " and more" : "");
    }
}
