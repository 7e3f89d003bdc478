package dev.nodepool.admin;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.view.PlanView;
import java.time.Duration;

/**
 * What an operator sees and orders of a whole installation through its ZooKeeper, on any host and whether daemons run or
 * not. Everything is read anew with each call. Thread-safe.
 *
 * <p>Each call throws {@link AdminException} when ZooKeeper does not answer in time, or when what is asked for can not be.
 */
public final class Admin implements AutoCloseable {

    private final Connection connection;
    private final Nodes nodes;
    private final Requests requests;
    private final Images images;
    private final Sweeps sweeps;
    private final Drains drains;
    private final Launchers launchers;

    private Admin(Connection connection) {
        this.connection = connection;
        nodes = new Nodes(connection);
        requests = new Requests(connection);
        images = new Images(connection);
        sweeps = new Sweeps(connection);
        drains = new Drains(connection);
        launchers = new Launchers(connection);
    }

    /**
     * Connects.
     *
     * @param timeout how long connecting, and each call afterwards, may take
     * @throws AdminException when ZooKeeper can not be reached in time
     */
    public static Admin connect(ZooKeeperConfig zooKeeper, Duration timeout) {
        return new Admin(Connection.open(zooKeeper, timeout));
    }

    public Nodes nodes() {
        return nodes;
    }

    public Requests requests() {
        return requests;
    }

    public Images images() {
        return images;
    }

    public Sweeps sweeps() {
        return sweeps;
    }

    public Drains drains() {
        return drains;
    }

    public Launchers launchers() {
        return launchers;
    }

    /**
     * What would change if another configuration were put in force in all launchers and builders that have the present one.
     */
    public PlanView plan(NodepoolConfig present, NodepoolConfig other) {
        return new Forecast(
                        present,
                        other,
                        nodes.all(),
                        requests.all(),
                        launchers.pools(),
                        images.facts(),
                        connection.threads().now())
                .plan();
    }

    /** Disconnects. */
    @Override
    public void close() {
        connection.close();
    }
}
