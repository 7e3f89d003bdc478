package dev.nodepool.admin;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.recycle.SweepOrders;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.view.SweepView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The search for things in clouds that no node record knows, as launchers do it, seen and steered through ZooKeeper. Works
 * whether a launcher runs or not; an order waits for the next sweep of its provider. Thread-safe.
 */
public final class Sweeps implements AutoCloseable {

    private final Tree tree;
    private final String servers;
    private final Duration timeout;

    private Sweeps(Tree tree, String servers, Duration timeout) {
        this.tree = tree;
        this.servers = servers;
        this.timeout = timeout;
    }

    /**
     * Connects.
     *
     * @param timeout how long connecting, and each call afterwards, may take
     * @throws AdminException when ZooKeeper can not be reached in time
     */
    public static Sweeps connect(ZooKeeperConfig zooKeeper, Duration timeout) {
        var sweeps = new Sweeps(CuratorTree.open(zooKeeper), String.join(",", zooKeeper.servers()), timeout);
        try {
            sweeps.await(connected(sweeps.tree));
            return sweeps;
        } catch (AdminException e) {
            sweeps.close();
            throw e;
        }
    }

    private static CompletableFuture<Void> connected(Tree tree) {
        var connected = new CompletableFuture<Void>();
        var stop = tree.onSession(session -> settle(connected, session));
        settle(connected, tree.session());
        return connected.whenComplete((x, failure) -> stop.run());
    }

    private static void settle(CompletableFuture<Void> connected, Session session) {
        if (session.connected()) {
            connected.complete(null);
        }
    }

    /**
     * How it stands at each provider that was ever swept, by name.
     *
     * @throws AdminException when ZooKeeper does not answer in time
     */
    public List<SweepView> all() {
        return await(SweepOrders.all(tree));
    }

    /**
     * Orders that everything that is held back at a provider at this moment is deleted. Covers nothing that comes later.
     *
     * @return what is held back, and so is covered
     * @throws AdminException when nothing is held back there, or ZooKeeper does not answer in time
     */
    public SweepView confirm(String provider) {
        var now = InstantSource.system().instant().toEpochMilli() / 1e3;
        return await(SweepOrders.confirm(tree, provider, Host.name(), now));
    }

    private <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException | CancellationException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new AdminException(
                    cause instanceof TimeoutException
                            ? "ZooKeeper at " + servers + " did not answer within " + timeout.toSeconds() + " s"
                            : String.valueOf(cause.getMessage()),
                    cause);
        }
    }

    /** Disconnects. */
    @Override
    public void close() {
        tree.close();
    }
}
