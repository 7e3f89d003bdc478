package dev.nodepool;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts a {@link NodeClient} together. Not thread-safe. */
public final class NodeClientBuilder {

    private @Nullable ZooKeeperAccess zooKeeper;
    private Duration sessionTimeout = ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT;
    private Resources resources = Resources.OWN;

    NodeClientBuilder() {}

    /** ZooKeeper servers, {@code host:port} joined by commas. */
    public NodeClientBuilder zooKeeper(String servers) {
        return zooKeeper(ZooKeeperAccess.servers(servers));
    }

    /** How to come to ZooKeeper. */
    public NodeClientBuilder zooKeeper(ZooKeeperAccess access) {
        zooKeeper = access;
        return this;
    }

    /** The session timeout to ask for, 10 s by default; what another way to ZooKeeper brings along has its own. */
    public NodeClientBuilder sessionTimeout(Duration timeout) {
        sessionTimeout = timeout;
        return this;
    }

    /** Time and threads to use, its own by default. */
    public NodeClientBuilder resources(Resources given) {
        resources = given;
        return this;
    }

    /**
     * Makes a client. It begins to connect and does nothing else until it is started; it has to be closed in any case.
     *
     * @throws IllegalStateException when nothing was said about ZooKeeper
     */
    public NodeClient build() {
        if (zooKeeper == null) {
            throw new IllegalStateException("no ZooKeeper: call zooKeeper(…)");
        }
        // Its servers are for the way to name.
        var connection = new ZooKeeperConfig(List.of(), "", sessionTimeout, Optional.empty());
        var ground = Ground.open(
                zooKeeper, connection, resources, "nodepool-client", Host.name() + "-" + Host.pid(), Stats.NONE);
        return new EmbeddedClient(ground);
    }
}
