package dev.nodepool.examples.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nodepool.EmbeddedZooKeeper;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's jar and the driver's jar, which know nothing of each other. */
class UnchangedLauncherIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void aLauncherServesARequestWithADriverFromADirectory() throws Exception {
        try (var zooKeeper = EmbeddedZooKeeper.start();
                var client = CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(100))) {
            client.start();
            var launcher = start(zooKeeper.connectString().split(":")[1]);
            try {
                var request = client.create()
                        .creatingParentsIfNeeded()
                        .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                        .forPath(
                                "/nodepool/requests/100-",
                                "{\"state\": \"requested\", \"node_types\": [\"sleeper\"], \"requestor\": \"test\"}"
                                        .getBytes(StandardCharsets.UTF_8));
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(
                                        read(client, request).path("state").asText())
                                .as(this::told)
                                .isEqualTo("fulfilled"));
                var node = "/nodepool/nodes/"
                        + read(client, request).path("nodes").get(0).asText();
                var machine = directory
                        .resolve("machines")
                        .resolve(read(client, node).path("external_id").asText());
                var process = ProcessHandle.of(Long.parseLong(
                                Files.readString(machine.resolve("pid")).strip()))
                        .orElseThrow();
                assertThat(process.info().commandLine().orElseThrow()).endsWith("sleep 600");
                assertThat(read(client, node).path("connection_type").asText()).isEqualTo("local");

                var used = (ObjectNode) read(client, node);
                client.setData().forPath(node, JSON.writeValueAsBytes(used.put("state", "used")));
                client.delete().forPath(request);

                await().atMost(LIMIT).untilAsserted(() -> {
                    assertThat(process.isAlive()).as(this::told).isFalse();
                    assertThat(machine).doesNotExist();
                });
            } finally {
                launcher.destroy();
                assertThat(launcher.waitFor(30, TimeUnit.SECONDS))
                        .as(this::told)
                        .isTrue();
            }
        }
    }

    private Process start(String zooKeeperPort) throws Exception {
        var config = Files.writeString(
                directory.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: sleeper}]
                providers:
                  - name: local
                    driver: process
                    directory: %s
                    pools:
                      - name: main
                        max-servers: 2
                        labels: [{name: sleeper, command: [sleep, '600']}]
                """.formatted(zooKeeperPort, directory.resolve("machines")));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        Objects.requireNonNull(System.getProperty("nodepool.jar"), "set by the build"),
                        "launcher",
                        "-f",
                        "-c",
                        config.toString(),
                        "--driver-path",
                        Objects.requireNonNull(System.getProperty("driver.path"), "set by the build"))
                .redirectErrorStream(true)
                .redirectOutput(log())
                .start();
    }

    private File log() {
        return directory.resolve("launcher.log").toFile();
    }

    private String told() {
        try {
            return Files.readString(log().toPath());
        } catch (java.io.IOException e) {
            return "the launcher has no log: " + e;
        }
    }

    private static JsonNode read(CuratorFramework client, String path) throws Exception {
        return JSON.readTree(client.getData().forPath(path));
    }
}
