package dev.nodepool.internal.retention;

import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.model.Node;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the node records know of things in clouds. A node id alone proves nothing of a machine, since ids begin again when
 * ZooKeeper was emptied: a record knows a machine by its id in the cloud or by the mark of its launch. A record that can
 * not be read may know anything, so it protects whatever names it. Immutable.
 *
 * @param externalIds what clouds call the machines of the records
 * @param launches marks of launches
 * @param nodes ids of all records
 * @param unreadable ids of records that can not be read
 */
public record Known(Set<Object> externalIds, Set<String> launches, Set<String> nodes, Set<String> unreadable) {

    public Known {
        externalIds = Set.copyOf(externalIds);
        launches = Set.copyOf(launches);
        nodes = Set.copyOf(nodes);
        unreadable = Set.copyOf(unreadable);
    }

    public static Known of(Collection<Node> records, Collection<String> unreadable) {
        var externalIds = new HashSet<Object>();
        var launches = new HashSet<String>();
        var nodes = new HashSet<>(unreadable);
        for (var node : records) {
            var id = node.externalId();
            if (id != null) {
                externalIds.add(id);
            }
            node.launchToken().ifPresent(launches::add);
            nodes.add(node.id());
        }
        return new Known(externalIds, launches, nodes, new HashSet<>(unreadable));
    }

    public static Known by(Node node) {
        return of(Set.of(node), Set.of());
    }

    /** What either knows. */
    public Known or(Known other) {
        return new Known(
                union(externalIds, other.externalIds),
                union(launches, other.launches),
                union(nodes, other.nodes),
                union(unreadable, other.unreadable));
    }

    private static <T> Set<T> union(Set<T> some, Set<T> more) {
        var all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    public boolean machine(Instance machine) {
        return externalIds.contains(machine.id().json())
                || names(launches, machine.metadata(), LaunchSpec.LAUNCH)
                || names(unreadable, machine.metadata(), LaunchSpec.NODE_ID);
    }

    /** Resources can not be told from each other as well as machines: a known node id is enough to leave one alone. */
    public boolean resource(LeakableResource resource) {
        return names(launches, resource.metadata(), LaunchSpec.LAUNCH)
                || names(nodes, resource.metadata(), LaunchSpec.NODE_ID)
                || resource.machine()
                        .filter(id -> externalIds.contains(id.json()))
                        .isPresent();
    }

    private static boolean names(Set<String> known, Map<String, String> marks, String mark) {
        return known.contains(marks.getOrDefault(mark, ""));
    }
}
