package dev.nodepool.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A ZooKeeper server of the tests' class path, in a process of its own that can be killed, stopped and started again. */
public final class ZooKeeperProcess implements AutoCloseable {

    /** What the server gives a session at the least is two of them, and twenty at the most. */
    public static final Duration TICK = Duration.ofMillis(500);

    private static final Duration START = Duration.ofSeconds(60);
    private static final int ANSWER_MILLIS = 2_000;

    private final Path directory;
    private final int port;
    private HostProgram server;

    private ZooKeeperProcess(Path directory, int port, HostProgram server) {
        this.directory = directory;
        this.port = port;
        this.server = server;
    }

    /**
     * Starts a server; it need not serve yet.
     *
     * @param directory its own; what is there already is used
     * @param ensemble lines of the configuration that tell about other servers
     * @param id number of the server in the ensemble
     */
    public static ZooKeeperProcess start(Path directory, int id, List<String> ensemble) throws IOException {
        var data = Files.createDirectories(directory.resolve("data"));
        var port = freePort();
        var settings = new ArrayList<>(List.of(
                "tickTime=" + TICK.toMillis(),
                "initLimit=20",
                "syncLimit=6",
                "dataDir=" + data,
                "clientPort=" + port,
                "clientPortAddress=127.0.0.1",
                "4lw.commands.whitelist=srvr,mntr",
                "maxClientCnxns=0",
                "admin.enableServer=false"));
        settings.addAll(ensemble);
        Files.writeString(data.resolve("myid"), String.valueOf(id));
        Files.write(directory.resolve("zoo.cfg"), settings);
        return new ZooKeeperProcess(directory, port, launch(directory));
    }

    /** A server without others, which serves. */
    public static ZooKeeperProcess alone(Path directory) throws IOException {
        var server = start(directory, 1, List.of());
        server.awaitServing();
        return server;
    }

    private static HostProgram launch(Path directory) throws IOException {
        return HostProgram.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                // Processes die here, machines do not.
                "-Dzookeeper.forceSync=no",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                directory.resolve("zoo.cfg").toString()));
    }

    /** A port of 127.0.0.1 that nobody uses at the moment. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String connectString() {
        return "127.0.0.1:" + port;
    }

    /** {@code leader}, {@code follower} or {@code standalone}; empty while it does not serve. */
    public Optional<String> role() {
        return ask("srvr")
                .lines()
                .filter(line -> line.startsWith("Mode: "))
                .map(line -> line.substring("Mode: ".length()))
                .findFirst();
    }

    /** A figure of the server by ZooKeeper's name for it. */
    public long figure(String name) {
        return ask("mntr")
                .lines()
                .map(line -> line.split("\t"))
                .filter(fields -> fields[0].equals(name))
                .map(fields -> Math.round(Double.parseDouble(fields[1])))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("ZooKeeper does not tell " + name));
    }

    private String ask(String word) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException silent) {
            return "";
        }
    }

    public void awaitServing() {
        Awaitility.await("ZooKeeper serves").atMost(START).until(() -> {
            if (!server.isAlive()) {
                throw new IllegalStateException("ZooKeeper ended: " + server.output());
            }
            return role().isPresent();
        });
    }

    /** Sends a signal, by name. */
    public void signal(String name) throws IOException, InterruptedException {
        server.signal(name);
    }

    /** Kills it at once. */
    public void kill() throws InterruptedException {
        server.close();
        server.waitFor(START);
    }

    /** Ends it in order. */
    public void stop() throws IOException, InterruptedException {
        server.signal("TERM");
        server.waitFor(START);
    }

    /** Starts it again on what it had on its disk, when it has ended. */
    public void startAgain() throws IOException {
        server = launch(directory);
    }

    @Override
    public void close() {
        server.close();
    }
}
