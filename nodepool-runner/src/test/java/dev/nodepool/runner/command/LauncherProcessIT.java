package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.Program;
import dev.nodepool.testing.Behaviour;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LauncherProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void brokenConfigurationEndsTheStartWithEveryProblemAndItsPlace() throws Exception {
        Path config = config("""
                zookeeper-servers:
                  - host: 127.0.0.1
                    port: 1
                labels:
                  - name: small
                    min-ready: lots
                providers: 7
                """);
        try (Program launcher = Program.startJar("launcher", "-f", "-c", config.toString())) {
            assertThat(launcher.waitFor(LIMIT)).isEqualTo(1);
            assertThat(launcher.err()).contains(config + ":6:16: labels[0].min-ready", config + ":7:12: providers");
        }
    }

    @ParameterizedTest
    @CsvSource({"INT", "TERM"})
    void aSignalStopsItInOrder(String signal) throws Exception {
        try (Program launcher = launcherWithoutZooKeeper()) {
            launcher.awaitOut("Launcher started as process " + launcher.pid(), LIMIT);
            launcher.signal(signal);
            assertThat(launcher.waitFor(LIMIT)).as(launcher::told).isZero();
            assertThat(launcher.out()).contains("Stopping").endsWith("Stopped\n");
        }
    }

    @Test
    void hangUpReadsAChangedConfigurationAtOnceAndDoesNotEndTheProcess() throws Exception {
        try (Program launcher = launcherWithoutZooKeeper()) {
            launcher.awaitOut("Launcher started as process " + launcher.pid(), LIMIT);
            config("labels: [{name: 1.5}, 7]");
            launcher.signal("HUP");
            launcher.awaitOut("the last good one stays in force", Duration.ofSeconds(8));
            launcher.signal("TERM");
            assertThat(launcher.waitFor(LIMIT)).as(launcher::told).isZero();
        }
    }

    @Test
    void saysInOneLineThatZooKeeperIsNotThereAndGoesOnTrying() throws Exception {
        try (Program launcher = launcherWithoutZooKeeper()) {
            launcher.awaitOut("No connection to ZooKeeper at 127.0.0.1:1 for 10 s; still trying", LIMIT);
            assertThat(launcher.out()).doesNotContain("ConnectException");
        }
    }

    @Test
    @Behaviour({"W08", "W09"})
    void servesAtTheConfiguredAddressAndIsNotReadyBeforeItHasStarted() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = config("""
                zookeeper-servers: [{host: 127.0.0.1, port: 1}]
                webapp: {port: %d, listen_address: 127.0.0.1}
                """.formatted(port));
        try (Program launcher = Program.startJar("launcher", "-f", "-c", config.toString())) {
            launcher.awaitOut("Status server listens at http://127.0.0.1:" + port, LIMIT);
            HttpResponse<String> ready = get("http://127.0.0.1:" + port + "/ready");
            assertThat(ready.statusCode()).isEqualTo(500);
            assertThat(ready.body()).startsWith("not ready\nwaiting for: ZooKeeper");
            assertThat(get("http://127.0.0.1:" + port + "/node-list").statusCode())
                    .isEqualTo(503);
            assertThat(get("http://127.0.0.1:" + port + "/metrics").body()).contains("jvm_memory_used_bytes");
            assertThat(get("http://127.0.0.1:" + port + "/").body()).contains("Waiting for ZooKeeper");
        }
    }

    private static HttpResponse<String> get(String address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address))
                                .timeout(LIMIT)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private Program launcherWithoutZooKeeper() throws IOException {
        Path config = config("""
                zookeeper-servers:
                  - host: 127.0.0.1
                    port: 1
                webapp: {port: 0, listen_address: 127.0.0.1}
                """);
        return Program.startJar("launcher", "-f", "-c", config.toString());
    }

    private Path config(String text) throws IOException {
        return Files.writeString(directory.resolve("nodepool.yaml"), text);
    }
}
