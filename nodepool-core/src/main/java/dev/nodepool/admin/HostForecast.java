package dev.nodepool.admin;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Inventory.Identity;
import dev.nodepool.model.Node;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.PlanView.HostChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What becomes of single hosts of providers that stay: those that come, go, have more or fewer slots, or are reached in
 * another way.
 *
 * @param nodes all there are
 */
record HostForecast(NodepoolConfig before, NodepoolConfig after, List<NodeView> nodes) {

    List<HostChange> changes() {
        var changes = new ArrayList<HostChange>();
        for (var provider : before.providers()) {
            after.provider(provider.name()).ifPresent(later -> add(changes, provider, later));
        }
        return changes;
    }

    private void add(List<HostChange> changes, ProviderConfig earlier, ProviderConfig later) {
        var old = byIdentity(earlier);
        var now = byIdentity(later);
        for (var host : old.values()) {
            var same = now.remove(host.identity());
            if (same != null) {
                if (same.slots() != host.slots()) {
                    changes.add(
                            change(earlier, host.identity().toString(), host.identity(), host.slots(), same.slots()));
                }
                continue;
            }
            var successor = successor(host, old, now);
            successor.ifPresent(next -> now.remove(next.identity()));
            changes.add(change(
                    earlier,
                    host.identity()
                            + successor.map(next -> ", then " + next.identity()).orElse(""),
                    host.identity(),
                    host.slots(),
                    successor.map(Host::slots).orElse(0)));
        }
        now.values()
                .forEach(host ->
                        changes.add(change(earlier, host.identity().toString(), host.identity(), 0, host.slots())));
    }

    /** A host whose user or port changes keeps its records. */
    private static Optional<Host> successor(Host gone, Map<Identity, Host> old, Map<Identity, Host> now) {
        return now.values().stream()
                .filter(host -> host.name().equals(gone.name()) && !old.containsKey(host.identity()))
                .findFirst();
    }

    private HostChange change(ProviderConfig provider, String name, Identity identity, int slots, int later) {
        var byState = new TreeMap<String, Integer>();
        nodes.stream()
                .filter(view -> provider.name().equals(view.node().provider()) && is(identity, view.node()))
                .forEach(view -> byState.merge(view.state(), 1, Integer::sum));
        return new HostChange(provider.name(), name, slots, later, byState);
    }

    private static boolean is(Identity identity, Node node) {
        return node.hostname() != null && identity.equals(new Identity(node.hostname(), node.username(), node.port()));
    }

    /** Of hosts with one identity the first counts. */
    private static Map<Identity, Host> byIdentity(ProviderConfig provider) {
        var hosts = new LinkedHashMap<Identity, Host>();
        provider.settings().hosts().forEach(host -> hosts.putIfAbsent(host.identity(), host));
        return hosts;
    }
}
