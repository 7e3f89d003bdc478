package dev.nodepool.admin;

import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.store.FreshDocuments;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Registry;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.model.Document;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.view.DaemonView;
import java.util.List;

/** Who is connected to ZooKeeper at present and what they serve. Thread-safe. */
public final class Launchers {

    private final Connection connection;

    Launchers(Connection connection) {
        this.connection = connection;
    }

    /** The pools that any launcher serves, those of Python included, by id. */
    public List<RegisteredPool> pools() {
        var tree = connection.tree();
        return connection.await(FreshDocuments.below(tree, Layout.LAUNCHERS)
                .thenCombine(FreshDocuments.below(tree, Layout.POOL_COMPONENTS), Registry::union));
    }

    /** Launchers and builders of this kind, by id. */
    public List<DaemonView> daemons() {
        var host = Host.name();
        return connection.await(FreshDocuments.below(connection.tree(), Layout.OUR_LAUNCHERS)).entrySet().stream()
                .map(entry -> daemon(Paths.name(entry.getKey()), entry.getValue(), host))
                .toList();
    }

    private static DaemonView daemon(String id, Document document, String host) {
        var hostname = document.text("hostname").orElse("");
        return new DaemonView(
                id,
                hostname,
                document.text("version").orElse(""),
                document.texts("roles"),
                document.textOrNull("web"),
                hostname.equals(host));
    }
}
