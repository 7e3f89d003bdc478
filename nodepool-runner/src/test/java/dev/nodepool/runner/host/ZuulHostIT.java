package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.DebianZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built launcher beside Debian's ZooKeeper and a client written with kazoo, as a Zuul would use it. */
class ZuulHostIT {

    private static final Duration CLIENT = Duration.ofSeconds(150);
    private static final Duration START = Duration.ofSeconds(30);

    /** A killed launcher's session has to end, then what it began is looked for in the cloud. */
    private static final Duration CLEAN = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private DebianZooKeeper zooKeeper;

    @BeforeEach
    void startZooKeeper() throws IOException {
        zooKeeper = DebianZooKeeper.plain(directory.resolve("zookeeper"));
    }

    @AfterEach
    void stopZooKeeper() {
        zooKeeper.close();
    }

    @ParameterizedTest
    @CsvSource({"200, 1, 2019", "200, 1, 2024", "100, 3, 2019", "100, 3, 2024"})
    void servesRequestsOfBothFormsAndLeavesNothing(int requests, int nodes, String form) throws Exception {
        try (var launcher = launcher("");
                var client = client(requests, nodes, form)) {
            assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
            awaitNothingLeft();
            launcher.signal("TERM");
            assertThat(launcher.waitFor(START)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"a third, 2024", "requested, 2019"})
    void servesEverythingWhenItIsKilledAndStartedAgain(String when, String form) throws Exception {
        var state = directory.resolve("cloud.state");
        var extra = ", boot-seconds: 0.5, state: " + state;
        try (var killed = launcher(extra);
                var client = client(120, 1, form)) {
            await().atMost(CLIENT).until(() -> client.output().contains(when) || when.equals("requested") && asked());
            killed.signal("KILL");
            killed.waitFor(START);
            try (var launcher = launcher(extra)) {
                assertThat(client.waitFor(CLIENT)).as(client::output).isZero();
                awaitNothingLeft();
            }
        }
        assertThat(serversIn(state)).as("machines left in the cloud").isZero();
    }

    private boolean asked() throws Exception {
        return onTree(tree -> tree.exists("/nodepool/nodes")
                .get(10, TimeUnit.SECONDS)
                .filter(stat -> stat.children() > 0)
                .isPresent());
    }

    /** The state file is a journal: machines made less machines gone, by id. */
    private static long serversIn(Path state) throws IOException {
        var ids = new HashSet<String>();
        for (var line : Files.readAllLines(state)) {
            var fields = line.split("\t");
            if (fields[0].equals("server")) {
                ids.add(fields[1]);
            } else if (fields[0].equals("-server")) {
                ids.remove(fields[1]);
            }
        }
        return ids.size();
    }

    private void awaitNothingLeft() throws Exception {
        onTree(tree -> {
            for (var root : List.of("/nodepool/nodes", "/nodepool/requests", "/nodepool/requests-lock")) {
                await("nothing below " + root)
                        .atMost(CLEAN)
                        .pollInterval(Duration.ofMillis(200))
                        .untilAsserted(() -> assertThat(tree.children(root).get(10, TimeUnit.SECONDS))
                                .isEmpty());
            }
            return true;
        });
    }

    private boolean onTree(Look look) throws Exception {
        try (var tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()))) {
            await().atMost(START).until(() -> tree.session().connected());
            return look.at(tree);
        }
    }

    private interface Look {
        boolean at(Tree tree) throws Exception;
    }

    private HostProgram client(int requests, int nodes, String form) throws IOException {
        return ZuulClient.start(
                zooKeeper.connectString(), "-n", String.valueOf(requests), "-k", String.valueOf(nodes), "--form", form);
    }

    private Program launcher(String extra) throws IOException {
        var config = Files.writeString(directory.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: bench}]
                providers:
                  - name: fake-bench
                    cloud: fake
                    fake-cloud: {instances: -1, cores: -1, ram: -1%s}
                    cloud-images: [{name: image, username: zuul}]
                    pools:
                      - name: main
                        max-servers: 2000
                        labels: [{name: bench, cloud-image: image, min-ram: 8192}]
                """.formatted(zooKeeper.port(), extra));
        return Program.startJar("launcher", "-f", "-c", config.toString());
    }

    @Test
    void clientItselfNoticesWhenNobodyServes() throws Exception {
        try (var client = ZuulClient.start(zooKeeper.connectString(), "-n", "1", "--limit", "3")) {
            assertThat(client.waitFor(CLIENT)).isEqualTo(1);
            assertThat(client.output()).contains("no answer to");
        }
    }
}
