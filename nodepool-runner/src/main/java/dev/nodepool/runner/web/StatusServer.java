package dev.nodepool.runner.web;

import dev.nodepool.config.WebConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server of a daemon. Every resource a stranger could use up has a bound here.
 *
 * <p>Thread-safe after {@link #start}.
 */
public final class StatusServer implements AutoCloseable {

    /** Where it listens when the configuration has no {@code webapp} section: for this machine only. */
    public static final WebConfig LOOPBACK = new WebConfig(8005, "127.0.0.1");

    private static final int MAX_THREADS = 8;
    /** Bounds the queue of the threads too: a connection has one task at a time. */
    private static final int MAX_CONNECTIONS = 200;

    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final long MAX_BUFFER_MEMORY = 8L * 1024 * 1024;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    private final Server server;
    private final ServerConnector connector;

    private StatusServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Binds and serves.
     *
     * @param where address and port; port 0 takes a free one
     * @param endpoints what to serve, by path
     * @throws IOException when the address can not be bound; the message names it
     */
    public static StatusServer start(WebConfig where, Map<String, Endpoint> endpoints) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1, (int) IDLE_TIMEOUT.toMillis());
        threads.setName("web");
        Server server = new Server(
                threads, null, new ArrayByteBufferPool(0, -1, 64 * 1024, -1, MAX_BUFFER_MEMORY, MAX_BUFFER_MEMORY));
        ServerConnector connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(http()));
        connector.setHost(where.listenAddress());
        connector.setPort(where.port());
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setHandler(new Routes(endpoints));
        StatusServer status = new StatusServer(server, connector);
        try {
            server.start();
        } catch (Exception e) {
            status.close();
            throw new IOException(
                    "can not listen on %s:%d: %s".formatted(where.listenAddress(), where.port(), reason(e)), e);
        }
        return status;
    }

    /** Where it is reached from this machine. */
    public URI uri() {
        String reachable = everywhere() ? InetAddress.getLoopbackAddress().getHostAddress() : connector.getHost();
        return URI.create("http://%s:%d"
                .formatted(reachable.contains(":") ? "[" + reachable + "]" : reachable, connector.getLocalPort()));
    }

    /**
     * Where others reach it.
     *
     * @param hostname of this machine, for a server that listens on all addresses
     */
    public URI uri(String hostname) {
        return everywhere() ? URI.create("http://" + hostname + ":" + connector.getLocalPort()) : uri();
    }

    private boolean everywhere() {
        String host = connector.getHost();
        return host == null || host.equals("0.0.0.0") || host.equals("::");
    }

    /** Stops serving; requests under way are cut. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The status server does not stop", e);
        }
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setResponseHeaderSize(MAX_HEADER_BYTES);
        return http;
    }

    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
    }
}
