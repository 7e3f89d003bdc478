package dev.nodepool;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import java.util.List;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;

/** How a role comes to ZooKeeper. Immutable. */
public final class ZooKeeperAccess {

    /**
     * An open way to ZooKeeper.
     *
     * @param close what remains to be done after the tree is closed
     */
    record Opened(Tree tree, Runnable close) {}

    private final boolean configured;
    private final Function<ZooKeeperConfig, Opened> way;

    private ZooKeeperAccess(boolean configured, Function<ZooKeeperConfig, Opened> way) {
        this.configured = configured;
        this.way = way;
    }

    /** The servers that the configuration names. */
    static ZooKeeperAccess ofConfiguration() {
        return new ZooKeeperAccess(true, config -> opened(CuratorTree.open(config)));
    }

    /**
     * Servers other than those of the configuration; its session timeout and TLS files stay in force.
     *
     * @param servers {@code host:port} joined by commas
     */
    public static ZooKeeperAccess servers(String servers) {
        return new ZooKeeperAccess(
                false,
                config -> opened(CuratorTree.open(
                        new ZooKeeperConfig(List.of(servers.split(",")), "", config.sessionTimeout(), config.tls()))));
    }

    /** A connection of its own, whatever the configuration says. */
    public static ZooKeeperAccess of(ZooKeeperConfig connection) {
        return new ZooKeeperAccess(false, config -> opened(CuratorTree.open(connection)));
    }

    /**
     * The session of a client that the caller has started and goes on to own. What the role holds is bound to that session; the
     * role cleans up after itself when it is closed.
     *
     * @param client without a namespace; a chroot in its connect string is honoured
     */
    public static ZooKeeperAccess client(CuratorFramework client) {
        return new ZooKeeperAccess(false, config -> opened(CuratorTree.on(client)));
    }

    /**
     * A server in this process that nobody else uses, started with the role and stopped with it. Its data goes then. See
     * {@link EmbeddedZooKeeper} for what it needs, and for a server that several roles share.
     */
    public static ZooKeeperAccess embedded() {
        return new ZooKeeperAccess(false, config -> {
            var server = EmbeddedZooKeeper.start();
            return new Opened(CuratorTree.open(ZooKeeperConfig.of(server.connectString())), server::close);
        });
    }

    private static Opened opened(Tree tree) {
        return new Opened(tree, () -> {});
    }

    /** Whether the configuration must name servers. */
    boolean needsConfiguration() {
        return configured;
    }

    Opened open(ZooKeeperConfig config) {
        return way.apply(config);
    }
}
