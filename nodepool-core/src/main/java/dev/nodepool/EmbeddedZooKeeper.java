package dev.nodepool;

import dev.nodepool.internal.tree.EmbeddedServer;

/**
 * A real ZooKeeper server in this process, for trying things out and for tests of an embedder. It stands alone, listens
 * on the loopback address only, and its data goes when it is closed. Thread-safe.
 *
 * <p>Needs {@code org.xerial.snappy:snappy-java} on the class path. ZooKeeper keeps part of a server's settings in system
 * properties, so this is nothing for a process that runs a ZooKeeper server of its own.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {

    private final EmbeddedServer server;

    private EmbeddedZooKeeper(EmbeddedServer server) {
        this.server = server;
    }

    /**
     * Starts a server on a free port and waits until it serves, at most 30 s.
     *
     * @throws IllegalStateException when it does not start
     */
    public static EmbeddedZooKeeper start() {
        return new EmbeddedZooKeeper(EmbeddedServer.temporary());
    }

    /** {@code 127.0.0.1:port} */
    public String connectString() {
        return server.connectString();
    }

    /** Stops the server and removes its data. */
    @Override
    public void close() {
        server.close();
    }
}
