package dev.nodepool.internal.tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.jspecify.annotations.Nullable;

/**
 * A real ZooKeeper server in this process, on 127.0.0.1 only, for trying things out and for tests. It stands alone and
 * its settings are partly process-wide, as ZooKeeper keeps them in system properties.
 */
public final class EmbeddedServer implements AutoCloseable {

    private static final long START_LIMIT_MILLIS = 30_000;

    private final ZooKeeperServerEmbedded server;
    private final int port;
    private final Path directory;
    private final @Nullable Path temporary;

    private EmbeddedServer(Path directory, int port, @Nullable Path temporary) {
        this.directory = directory;
        this.temporary = temporary;
        try {
            // The server itself would only log a taken port and let the start run into its time limit.
            new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
            Files.createDirectories(directory);
            server = ZooKeeperServerEmbedded.builder()
                    .baseDir(directory)
                    .configuration(settings(port))
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
        } catch (Exception refused) {
            throw new IllegalStateException(
                    "No ZooKeeper server can be made in " + directory + " on port " + port, refused);
        }
        try {
            server.start(START_LIMIT_MILLIS);
            this.port = server.getClientPort();
        } catch (Exception refused) {
            server.close();
            throw new IllegalStateException(
                    "The ZooKeeper server in " + directory + " does not start on port " + port, refused);
        }
    }

    /**
     * Starts a server and waits until it serves.
     *
     * @param directory where its data is kept, made if missing; a later server on it finds the data again
     * @param port port to listen on, 0 for a free one
     * @throws IllegalStateException if it does not start
     */
    public static EmbeddedServer start(Path directory, int port) {
        return new EmbeddedServer(directory, port, null);
    }

    /** Starts a server on a free port, whose data goes when it is closed. */
    public static EmbeddedServer temporary() {
        try {
            var directory = Files.createTempDirectory("nodepool-zookeeper");
            return new EmbeddedServer(directory, 0, directory);
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    private static Properties settings(int port) {
        var settings = new Properties();
        settings.setProperty("clientPortAddress", "127.0.0.1");
        settings.setProperty("clientPort", Integer.toString(port));
        settings.setProperty("admin.enableServer", "false");
        settings.setProperty("4lw.commands.whitelist", "ruok,srvr,stat,mntr,conf,cons,wchs");
        settings.setProperty("maxClientCnxns", "0");
        // A short tick lets a test have short sessions; a requester such as Zuul may ask for two minutes.
        settings.setProperty("tickTime", "500");
        settings.setProperty("maxSessionTimeout", "120000");
        return settings;
    }

    /** {@code 127.0.0.1:port} */
    public String connectString() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Where the data is. */
    public Path directory() {
        return directory;
    }

    /** Stops serving; sessions live on in the data unless that was temporary. */
    @Override
    public void close() {
        server.close();
        if (temporary != null) {
            try (var files = Files.walk(temporary)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException stuck) {
                throw new UncheckedIOException(stuck);
            }
        }
    }
}
