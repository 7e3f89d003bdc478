package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nodepool.runner.daemon.LauncherDaemon;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.CoreLibrary;
import dev.nodepool.runner.library.DriverPath;
import dev.nodepool.runner.metrics.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait or fail for every kind of reason, explained by a launcher that runs, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExplainFlowIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String YAML = """
            webapp: {port: 0, listen_address: 127.0.0.1}
            tenant-resource-limits: [{tenant-name: small, max-servers: 1}]
            labels: [{name: full}, {name: big}, {name: down}, {name: built}, {name: closed}, {name: shared}, {name: drained}]
            diskimages: [{name: debian-12, formats: [qcow2]}]
            providers:
              - name: north
                driver: fake
                cloud: north
                cloud-images: [{name: image}]
                pools:
                  - name: full
                    max-servers: 1
                    labels: [{name: full, cloud-image: image, min-ram: 8192}]
                  - name: closed
                    max-servers: 0
                    labels: [{name: closed, cloud-image: image, min-ram: 8192}]
                  - name: shared
                    labels: [{name: shared, cloud-image: image, min-ram: 8192}]
                  - name: drained
                    labels: [{name: drained, cloud-image: image, min-ram: 8192}]
              - name: south
                driver: fake
                cloud: south
                cloud-images: [{name: image}]
                diskimages: [{name: debian-12}]
                pools:
                  - name: built
                    labels: [{name: built, diskimage: debian-12, min-ram: 8192}]
                  - name: shared
                    max-servers: 2
                    labels: [{name: shared, cloud-image: image, min-ram: 8192}]
              - name: down
                driver: fake
                cloud: down
                fake-cloud: {faults: [{operation: limits, fault: unavailable, every: 1}]}
                cloud-images: [{name: image}]
                pools:
                  - name: main
                    labels: [{name: down, cloud-image: image, min-ram: 8192}]
            """;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private Installation installation;
    private Future<?> launcher;
    private int requests;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        installation = new Installation(directory, YAML);
        assertThat(installation.run("drain", "north/drained"))
                .as(installation.err())
                .isZero();
        ConfigFiles files =
                new ConfigFiles(directory.resolve("nodepool.yaml"), Optional.empty(), DriverPath.drivers(List.of()));
        LauncherDaemon daemon = new LauncherDaemon(
                new CoreLibrary(),
                new LauncherDaemon.Options(files, Optional.empty(), true, Optional.empty(), LIMIT, Duration.ZERO),
                Figures.open("launcher", Map.of(), true, InstantSource.system()),
                InstantSource.system());
        launcher = thread.submit(() -> {
            daemon.run(stop, pool -> {});
            return null;
        });
    }

    @AfterAll
    void end() throws Exception {
        stop.countDown();
        launcher.get(60, TimeUnit.SECONDS);
        thread.shutdown();
        installation.close();
    }

    private String ask(String labels, String more) {
        String id = "100-%010d".formatted(requests++);
        installation.write("/nodepool/requests/" + id, """
                {"state": "requested", "state_time": 1, "node_types": [%s], "nodes": [], "declined_by": [], "reuse": true,
                 "requestor": "test", "relative_priority": 0%s}""".formatted(labels, more));
        return id;
    }

    private String ask(String label) {
        return ask("\"" + label + "\"", "");
    }

    private String state(String request) {
        return installation
                .read("/nodepool/requests/" + request)
                .orElse("")
                .replaceAll("(?s).*\"state\": ?\"([a-z]+)\".*", "$1");
    }

    private void served(String request) {
        await().atMost(LIMIT).until(() -> state(request).equals("fulfilled"));
    }

    /** By provider and pool, what the command says: the answer with its code. */
    private Map<String, String> explained(String request) {
        assertThat(installation.run("explain", request, "--format", "json"))
                .as(installation.err())
                .isZero();
        try {
            JsonNode answer = new JsonMapper().readTree(installation.out());
            Map<String, String> pools = new TreeMap<>();
            answer.get("pools")
                    .forEach(pool -> pools.put(
                            pool.get("provider").asText() + "/"
                                    + pool.get("pool").asText(),
                            pool.get("answer").asText() + " " + pool.get("code").asText()));
            return pools;
        } catch (IOException e) {
            throw new AssertionError(installation.out(), e);
        }
    }

    private void explains(String request, String pool, String verdict) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(explained(request)).containsEntry(pool, verdict));
    }

    @Test
    void quotaFull() {
        served(ask("full"));
        String waiting = ask("full");
        explains(waiting, "north/full", "waits AT_POOL_LIMIT");
        assertThat(installation.run("explain", waiting)).isZero();
        assertThat(installation.out()).contains("the pool has 0 of 1 instances free, the request needs 1");
    }

    @Test
    void labelUnknownSoThatAllDecline() {
        String request = ask("nonsense");
        await().atMost(LIMIT).until(() -> state(request).equals("failed"));
        assertThat(explained(request))
                .hasSize(7)
                .allSatisfy((pool, verdict) -> assertThat(verdict).isEqualTo("declines LABEL_NOT_HERE"));
    }

    @Test
    void tooBigForEver() {
        explains(ask("\"full\", \"full\"", ""), "north/full", "declines TOO_BIG");
    }

    @Test
    void providerDown() {
        explains(ask("down"), "down/main", "waits PROVIDER_STARTING");
    }

    @Test
    void imageMissing() {
        explains(ask("built"), "south/built", "declines IMAGE_NOT_READY");
    }

    @Test
    void poolSwitchedOff() {
        explains(ask("closed"), "north/closed", "declines POOL_DISABLED");
    }

    @Test
    void poolDrained() {
        explains(ask("drained"), "north/drained", "leaves DRAINED");
    }

    @Test
    void tenantLimit() {
        String tenant = ", \"tenant_name\": \"small\"";
        served(ask("\"shared\"", tenant));
        explains(ask("\"shared\"", tenant), "north/shared", "waits AT_TENANT_LIMIT");
    }

    @Test
    void yieldingToThePreferredProvider() {
        served(ask("\"shared\", \"shared\"", ", \"provider\": \"south\""));
        String waiting = ask("\"shared\"", ", \"provider\": \"south\"");
        explains(waiting, "south/shared", "waits AT_POOL_LIMIT");
        explains(waiting, "north/shared", "leaves OTHER_PROVIDER_PREFERRED");
    }
}
