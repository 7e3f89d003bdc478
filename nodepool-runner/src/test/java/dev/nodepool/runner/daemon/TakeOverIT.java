package dev.nodepool.runner.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RequestState;
import dev.nodepool.runner.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher process ends, in order or not, with twenty requests in hand; another process has them served in time. */
class TakeOverIT {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration BOOT = Duration.ofSeconds(5);
    private static final int REQUESTS = 20;

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper zooKeeper;
    private Tree user;
    private final List<Program> programs = new ArrayList<>();

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedZooKeeper.start();
        user = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()));
        await().atMost(START).until(() -> user.session().connected());
    }

    @AfterEach
    void stop() throws IOException {
        for (var program : programs) {
            program.close();
        }
        user.close();
        zooKeeper.close();
    }

    private Program launcher(String... options) throws IOException {
        var config = directory.resolve("nodepool.yaml");
        Files.writeString(config, """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: small}]
                providers:
                  - name: fake-one
                    cloud: fake
                    fake-cloud: {instances: 100, cores: -1, ram: -1, boot-seconds: %d, state: %s}
                    cloud-images: [{name: image, username: zuul}]
                    pools:
                      - name: main
                        labels: [{name: small, cloud-image: image, min-ram: 8192}]
                """.formatted(
                        zooKeeper.connectString().split(":")[1], BOOT.toSeconds(), directory.resolve("cloud.state")));
        var args = new ArrayList<>(List.of("launcher", "-f", "-c", config.toString()));
        args.addAll(Arrays.asList(options));
        var program = Program.startJar(args.toArray(String[]::new));
        programs.add(program);
        return program;
    }

    private int registered() throws Exception {
        return user.exists(Layout.LAUNCHERS).get(10, TimeUnit.SECONDS).isEmpty()
                ? 0
                : user.children(Layout.LAUNCHERS).get(10, TimeUnit.SECONDS).size();
    }

    private List<String> ask() {
        var order = new NodeRequest.Order(List.of("small"), "zuul", true, null, 0, null, "event");
        var data = Json.write(NodeRequest.ordered(order, 0).with(NodeRequest.STATE, "requested"));
        return IntStream.range(0, REQUESTS)
                .mapToObj(i -> user.create(Layout.REQUESTS + "/200-", data, Tree.Mode.EPHEMERAL_SEQUENTIAL)
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join()
                        .name())
                .toList();
    }

    private boolean all(List<String> requests, RequestState state) throws Exception {
        for (var id : requests) {
            var znode = user.get(Layout.request(id)).get(10, TimeUnit.SECONDS);
            if (new NodeRequest(id, Json.read(znode.data())).state() != state) {
                return false;
            }
        }
        return true;
    }

    private List<String> inHandOf(Program first) {
        await().atMost(START).until(() -> registered() == 1);
        var requests = ask();
        await().atMost(START).pollInterval(Duration.ofMillis(50)).until(() -> all(requests, RequestState.PENDING));
        assertThat(first.told()).contains("is taken by");
        return requests;
    }

    private void awaitFulfilled(List<String> requests, Duration limit) {
        await().atMost(limit).pollInterval(Duration.ofMillis(50)).until(() -> all(requests, RequestState.FULFILLED));
    }

    /** The other one comes up while the session of the dead one runs out. */
    @Test
    void requestsOfAKilledLauncherAreServedWithinSessionBootAndTwoSeconds() throws Exception {
        var first = launcher();
        var requests = inHandOf(first);
        first.signal("KILL");
        var killed = System.nanoTime();
        launcher();
        var limit = ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT.plus(BOOT).plusSeconds(2);
        awaitFulfilled(requests, limit);
        System.out.printf(
                "TakeOverIT: %d requests of a killed launcher served after %.1f s, allowed are %d s%n",
                REQUESTS, (System.nanoTime() - killed) / 1e9, limit.toSeconds());
        await("the machines of the dead launcher are gone")
                .atMost(START)
                .untilAsserted(() -> assertThat(user.children(Layout.NODES).get(10, TimeUnit.SECONDS))
                        .hasSize(REQUESTS));
    }

    @Test
    void requestsOfAStoppedLauncherAreFreeAtOnceAndServedWithinBootAndTwoSeconds() throws Exception {
        var first = launcher();
        var requests = inHandOf(first);
        first.signal("TERM");
        await().atMost(Duration.ofSeconds(3)).until(() -> all(requests, RequestState.REQUESTED));
        assertThat(first.waitFor(START)).isZero();
        launcher();
        await().atMost(START).until(() -> registered() == 1);
        awaitFulfilled(requests, BOOT.plusSeconds(2));
    }

    @Test
    void drainingLauncherDeregistersAtOnceAndFinishesWhatItBegan() throws Exception {
        var first = launcher("--drain", "60");
        var requests = inHandOf(first);
        first.signal("TERM");
        await().atMost(Duration.ofSeconds(3)).until(() -> registered() == 0);
        var later = ask();
        assertThat(first.waitFor(START)).as(first::told).isZero();
        assertThat(all(requests, RequestState.FULFILLED)).isTrue();
        assertThat(all(later, RequestState.REQUESTED)).isTrue();
    }
}
