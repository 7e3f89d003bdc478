package dev.nodepool.view;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What another configuration would change in an installation.
 *
 * @param added providers that are new
 * @param replaced providers that are opened anew because their settings differ
 * @param removed providers that are gone
 * @param needRestart keys that take effect only when daemons are started again
 * @param labels labels that nobody would serve any more
 * @param hosts single hosts of providers that stay and of which the new configuration says something else
 * @param nodes nodes of providers and pools that would be gone or switched off
 * @param uploads uploads that would be deleted, in the cloud too
 * @param builds builds that would be deleted with their files
 * @param orphans uploads to providers that would be gone: they stay, and nobody deletes them
 */
public record PlanView(
        List<String> added,
        List<String> replaced,
        List<String> removed,
        List<String> needRestart,
        List<LostLabel> labels,
        List<HostChange> hosts,
        List<LeftNodes> nodes,
        List<String> uploads,
        List<String> builds,
        List<String> orphans) {

    /**
     * @param requests how many requests wait for it now
     * @param ready how many ready nodes have it now
     */
    public record LostLabel(String name, int requests, int ready) {}

    /**
     * @param host as user@name:port; two of them where it is to be reached in another way
     * @param slots how many nodes it is now; 0 when it comes
     * @param later how many it would be; 0 when it goes
     * @param byState how many nodes it is, in which state, sorted: those in use stay until they are released
     */
    public record HostChange(String provider, String host, int slots, int later, Map<String, Integer> byState) {}

    /**
     * @param pool empty for all of the provider
     * @param why what becomes of the provider or pool
     * @param byState how many are in which state, sorted
     */
    public record LeftNodes(String provider, String pool, String why, Map<String, Integer> byState) {}

    public PlanView {
        added = List.copyOf(added);
        replaced = List.copyOf(replaced);
        removed = List.copyOf(removed);
        needRestart = List.copyOf(needRestart);
        labels = List.copyOf(labels);
        hosts = List.copyOf(hosts);
        nodes = List.copyOf(nodes);
        uploads = List.copyOf(uploads);
        builds = List.copyOf(builds);
        orphans = List.copyOf(orphans);
    }

    /** Whether nothing would change for anybody. */
    public boolean nothing() {
        return Stream.of(added, replaced, removed, needRestart, labels, hosts, nodes, uploads, builds, orphans)
                .allMatch(List::isEmpty);
    }
}
