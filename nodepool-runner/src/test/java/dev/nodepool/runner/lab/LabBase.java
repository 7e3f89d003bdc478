package dev.nodepool.runner.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.runner.Program;
import dev.nodepool.runner.host.ZuulClient;
import dev.nodepool.testing.DebianZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A launcher of the built jar between the lab and a client that behaves as Zuul. Every test begins without faults, and
 * what the projects have in the cloud must be the same before and after it.
 */
@ExtendWith(LabExtension.class)
abstract class LabBase {

    /** How many requests a case makes; {@code -Dlab.full} for the full size, {@code -Dlab.requests=N} for any other. */
    static final int SIZE = Integer.getInteger("lab.requests", Boolean.getBoolean("lab.full") ? 100 : 15);

    /** The lab makes one server in a second at best, and a fault may cost a request some minutes. */
    static final Duration LIMIT = Duration.ofMinutes(SIZE > 50 ? 30 : 10);

    private static final Duration START = Duration.ofSeconds(60);
    static final Duration CLEAN = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    Lab lab;
    DebianZooKeeper zooKeeper;
    long mark;
    private Map<String, String> labBefore;
    private Map<String, String> tinyBefore;

    @BeforeEach
    void begin(Lab running) throws Exception {
        lab = running;
        lab.faults().clear();
        labBefore = lab.as("lab").things();
        tinyBefore = lab.as("tiny").things();
        zooKeeper = DebianZooKeeper.plain(directory.resolve("zookeeper"));
        mark = lab.proxyLog().mark();
    }

    @AfterEach
    void end() throws Exception {
        lab.faults().clear();
        zooKeeper.close();
    }

    /** Waits until the projects have again what they had when the test began. */
    void awaitNothingLeft() throws Exception {
        var ours = lab.as("lab");
        var tiny = lab.as("tiny");
        await("things of the projects are as before")
                .atMost(CLEAN)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(ours.things()).isEqualTo(labBefore);
                    assertThat(tiny.things()).isEqualTo(tinyBefore);
                });
    }

    ProxyLog.Calls calls() throws IOException {
        return lab.proxyLog().since(mark);
    }

    /**
     * Starts the launcher and waits until it is ready.
     *
     * @param providers the list of that name, indented by two
     */
    Program launcher(List<String> labels, String providers) throws IOException {
        return launcher(labels, providers, lab.clouds());
    }

    Program launcher(List<String> labels, String providers, Path clouds) throws IOException {
        return ready(start("launcher", config("", labels, providers), clouds));
    }

    static Program ready(Program launcher) {
        launcher.awaitOut("Launcher started", START);
        return launcher;
    }

    /** @param more further keys of the file, whole lines */
    Path config(String more, List<String> labels, String providers) throws IOException {
        var names = labels.stream().map("{name: %s}"::formatted).toList();
        return Files.writeString(directory.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [%s]
                %sproviders:
                %s""".formatted(
                        zooKeeper.port(), String.join(", ", names), more, providers));
    }

    /** Starts a program of the built jar. */
    static Program start(String name, Path config, Path clouds, String... javaOptions) throws IOException {
        var jar = Objects.requireNonNull(System.getProperty("nodepool.jar"), "set by the build");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx256m"));
        // The last of several equal options counts.
        command.addAll(List.of(javaOptions));
        command.addAll(List.of("-jar", jar, name, "-d", "-c", config.toString()));
        return Program.start(command, Map.of("OS_CLIENT_CONFIG_FILE", clouds.toString()));
    }

    /** Makes requests, uses the nodes and gives them back; the answer is once all of it is over. */
    HostProgram client(int requests, String label, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of(
                "-n", String.valueOf(requests), "--labels", label, "--limit", String.valueOf(LIMIT.toSeconds())));
        arguments.addAll(List.of(more));
        return ZuulClient.start(zooKeeper.connectString(), arguments.toArray(String[]::new));
    }

    /** All requests must be fulfilled and all nodes gone, in the cloud too. */
    void serves(Program launcher, int requests, String label, String... more) throws Exception {
        try (var client = client(requests, label, more)) {
            assertThat(client.waitFor(LIMIT.plusMinutes(1)))
                    .as(() -> client.output() + launcher.told())
                    .isZero();
        }
        awaitNothingLeft();
    }

    /** A pool whose label {@code lab} is the smallest flavor in the cloud of that name, through the fault proxy. */
    static String provider(String extra, String pools) {
        return """
                  - name: openstack
                    driver: openstack
                    cloud: faulty
                    rate: 0.01
                    boot-timeout: 600
                    cloud-images: [{name: lab-image, username: zuul}]
                %s
                    pools:
                %s
                """.formatted(extra.indent(4).stripTrailing(), pools.indent(6).stripTrailing());
    }

    static String pool(String name, String extra, String label) {
        return """
                - name: %s
                  max-servers: 200
                  host-key-checking: false
                  auto-floating-ip: false
                  networks: [private]
                %s
                  labels: [{name: %s, cloud-image: lab-image, flavor-name: lab.tiny}]
                """.formatted(name, extra.indent(2).stripTrailing(), label);
    }
}
