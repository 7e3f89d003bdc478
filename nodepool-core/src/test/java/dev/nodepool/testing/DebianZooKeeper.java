package dev.nodepool.testing;

import dev.nodepool.internal.tree.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Debian's ZooKeeper server, in a process and a directory of its own, on 127.0.0.1. */
public final class DebianZooKeeper implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);

    private final HostProgram server;
    private final int port;

    private DebianZooKeeper(HostProgram server, int port) {
        this.server = server;
        this.port = port;
    }

    /** A server with a plain port. */
    public static DebianZooKeeper plain(Path directory) throws IOException {
        var port = ZooKeeperProcess.freePort();
        return start(directory, port, List.of("clientPort=" + port, "clientPortAddress=127.0.0.1"));
    }

    /** A server with a TLS port alone that demands certificates of this authority. */
    public static DebianZooKeeper tls(Path directory, TestCertificates certificates, String name) throws IOException {
        var port = ZooKeeperProcess.freePort();
        var store = certificates.store(name).toString();
        return start(
                directory,
                port,
                List.of(
                        "secureClientPort=" + port,
                        "secureClientPortAddress=127.0.0.1",
                        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                        "ssl.clientAuth=need",
                        "ssl.keyStore.location=" + store,
                        "ssl.keyStore.password=" + TestCertificates.PASSWORD,
                        "ssl.trustStore.location=" + store,
                        "ssl.trustStore.password=" + TestCertificates.PASSWORD));
    }

    private static DebianZooKeeper start(Path directory, int port, List<String> ports) throws IOException {
        // The jar's own class path lacks what TLS needs, and a logging backend.
        var classPath = String.join(
                ":",
                HostProgram.require("/usr/share/java/zookeeper.jar", "zookeeper"),
                HostProgram.require("/usr/share/java/netty-codec.jar", "libnetty-java"),
                HostProgram.require("/usr/share/java/netty-resolver.jar", "libnetty-java"),
                HostProgram.require("/usr/share/java/slf4j-simple.jar", "libslf4j-java"));
        Files.createDirectories(directory);
        var settings = new ArrayList<>(List.of(
                "tickTime=2000",
                "dataDir=" + directory.resolve("data"),
                "4lw.commands.whitelist=*",
                "maxClientCnxns=0",
                "admin.enableServer=false"));
        settings.addAll(ports);
        var file = Files.write(directory.resolve("zoo.cfg"), settings);
        var server = HostProgram.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dzookeeper.forceSync=no",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                file.toString()));
        Awaitility.await("ZooKeeper listens").atMost(START).until(() -> {
            if (!server.isAlive()) {
                throw new IllegalStateException("ZooKeeper ended: " + server.output());
            }
            return listens(port);
        });
        return new DebianZooKeeper(server, port);
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public String connectString() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        server.close();
    }
}
