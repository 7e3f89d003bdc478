package dev.nodepool.runner.host;

import dev.nodepool.testing.HostProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The statsd of the npm registry, on 127.0.0.1. What it has received is asked on its management port. */
final class RealStatsd implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern KEY = Pattern.compile("^\\s*'?(nodepool\\.[^':]+)'?:", Pattern.MULTILINE);

    private final HostProgram server;
    private final int port;
    private final int management;

    private RealStatsd(HostProgram server, int port, int management) {
        this.server = server;
        this.port = port;
        this.management = management;
    }

    static RealStatsd start(Path directory) throws IOException {
        String node = HostProgram.require("/usr/bin/node", "nodejs");
        Path program = Npm.module("statsd").resolve("stats.js");
        int port = freePort();
        int management = freePort();
        Path config = Files.writeString(
                directory.resolve("statsd.js"),
                "{port: %d, address: '127.0.0.1', mgmt_port: %d, mgmt_address: '127.0.0.1', backends: [],"
                                .formatted(port, management)
                        + " flushInterval: 60000, debug: true, dumpMessages: true}");
        RealStatsd statsd = new RealStatsd(
                HostProgram.start(List.of(node, program.toString(), config.toString())), port, management);
        Awaitility.await("statsd")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> !statsd.ask("health").isEmpty());
        return statsd;
    }

    /** Where daemons are to send to. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("STATSD_HOST", "127.0.0.1");
        environment.put("STATSD_PORT", Integer.toString(port));
        return environment;
    }

    /** Names of one kind: {@code gauges}, {@code counters} or {@code timers}. */
    Set<String> names(String kind) throws IOException {
        Set<String> names = new TreeSet<>();
        KEY.matcher(ask(kind)).results().forEach(match -> names.add(match.group(1)));
        return names;
    }

    /** How many lines it could not read. */
    long badLines() throws IOException {
        return ask("stats")
                .lines()
                .filter(line -> line.startsWith("messages.bad_lines_seen:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findAny()
                .orElseThrow();
    }

    String output() {
        return server.output();
    }

    private String ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), management)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            boolean oneLine = command.equals("health");
            for (String line = lines.readLine(); line != null && !line.equals("END"); line = lines.readLine()) {
                answer.append(line).append('\n');
                if (oneLine) {
                    break;
                }
            }
            return answer.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
            return udp.getLocalPort();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
