package dev.nodepool.internal.tree;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** A ZooKeeper server of a test, on 127.0.0.1 only: the one place of the tests that makes such servers. */
public final class ZooKeeperServerFixture implements AutoCloseable {

    private static final long LIMIT_SECONDS = 30;

    private final TestingServer server;

    private ZooKeeperServerFixture(boolean started) {
        try {
            // The host name alone would leave it listening on all interfaces.
            var spec = new InstanceSpec(
                    null, -1, -1, -1, true, -1, 200, 100, Map.of("clientPortAddress", "127.0.0.1"), "127.0.0.1");
            this.server = new TestingServer(spec, started);
        } catch (Exception broken) {
            throw new IllegalStateException("The ZooKeeper server of the test does not start", broken);
        }
    }

    public static ZooKeeperServerFixture start() {
        return new ZooKeeperServerFixture(true);
    }

    /** Has its port already and runs after {@link #restart()}. */
    public static ZooKeeperServerFixture stopped() {
        return new ZooKeeperServerFixture(false);
    }

    /** {@code 127.0.0.1:port} */
    public String connectString() {
        return "127.0.0.1:" + server.getPort();
    }

    public int port() {
        return server.getPort();
    }

    /** Ends the session at the server, as a time-out would. */
    public void killSession(Tree tree) {
        var handle = ((CuratorTree) tree).handle();
        if (handle == null) {
            throw new IllegalStateException("The tree was never connected");
        }
        var connected = new CountDownLatch(1);
        try (var twin = new ZooKeeper(
                connectString(),
                10_000,
                event -> {
                    if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                handle.getSessionId(),
                handle.getSessionPasswd())) {
            if (!connected.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The session could not be taken over");
            }
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException("The session could not be killed", broken);
        }
    }

    /** Stops the server; data and sessions stay. */
    public void stop() {
        try {
            server.stop();
        } catch (IOException broken) {
            throw new IllegalStateException("The ZooKeeper server of the test does not stop", broken);
        }
    }

    /** Starts it again, or for the first time, on the same port. */
    public void restart() {
        try {
            server.restart();
        } catch (Exception broken) {
            throw new IllegalStateException("The ZooKeeper server of the test does not start again", broken);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException broken) {
            throw new IllegalStateException("The ZooKeeper server of the test does not stop", broken);
        }
    }
}
