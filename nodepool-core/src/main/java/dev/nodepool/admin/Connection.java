package dev.nodepool.admin;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A connection to ZooKeeper on which every call has an end. Thread-safe. */
final class Connection implements AutoCloseable {

    private final Tree tree;
    private final String servers;
    private final Duration timeout;
    private final Threads threads = Threads.real("nodepool-admin");
    private final Stores stores;
    private final ImageStores imageStores;

    private Connection(Tree tree, String servers, Duration timeout) {
        this.tree = tree;
        this.servers = servers;
        this.timeout = timeout;
        var loop = new Loop("admin", threads.shared());
        var identifier = Host.name() + "-" + Host.pid();
        // Not started: nothing here needs live copies.
        stores = new Stores(tree, loop, threads, identifier);
        imageStores = new ImageStores(tree, loop, threads, identifier);
    }

    /**
     * Connects.
     *
     * @param timeout how long connecting, and each call afterwards, may take
     * @throws AdminException when ZooKeeper can not be reached in time
     */
    static Connection open(ZooKeeperConfig zooKeeper, Duration timeout) {
        var connection = new Connection(CuratorTree.open(zooKeeper), String.join(",", zooKeeper.servers()), timeout);
        try {
            connection.await(Sessions.connected(connection.tree));
            return connection;
        } catch (AdminException e) {
            connection.close();
            throw e;
        }
    }

    Tree tree() {
        return tree;
    }

    Threads threads() {
        return threads;
    }

    /** For writing nodes. */
    Stores stores() {
        return stores;
    }

    /** For reading and writing images. */
    ImageStores imageStores() {
        return imageStores;
    }

    /** @throws AdminException when the answer is a failure or does not come in time */
    <T> T await(CompletableFuture<T> answer) {
        return await(answer, Duration.ZERO);
    }

    /**
     * The same for an answer that others may hold up.
     *
     * @param others how long they may
     */
    <T> T await(CompletableFuture<T> answer, Duration others) {
        try {
            return answer.orTimeout(timeout.plus(others).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException | CancellationException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new AdminException(
                    cause instanceof TimeoutException
                            ? "ZooKeeper at " + servers + " did not answer within " + timeout.toSeconds() + " s"
                            : String.valueOf(cause.getMessage()),
                    cause);
        }
    }

    @Override
    public void close() {
        tree.close();
        threads.close();
    }
}
