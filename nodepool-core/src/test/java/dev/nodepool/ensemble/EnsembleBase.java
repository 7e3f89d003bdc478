package dev.nodepool.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.NodeClient;
import dev.nodepool.NodePool;
import dev.nodepool.RequestOptions;
import dev.nodepool.Resources;
import dev.nodepool.ZooKeeperAccess;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.testing.CloudFile;
import dev.nodepool.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two launchers on three servers, with users that ask all the time. The first launcher is connected over lines that can be
 * broken, the second one in the session of a client that the test owns. Each has a cloud of its own beside the common one, so
 * that none can stop unnoticed.
 */
abstract class EnsembleBase {

    private static final List<String> LABEL = List.of("small");

    static final Duration SESSION = Duration.ofSeconds(6);

    /** Clouds: of the first launcher, of the second one, of both. */
    private static final List<String> CLOUDS = List.of("first", "second", "common");

    /** A killed session has to end, then what it began is looked for. */
    private static final Duration CLEAN = Duration.ofSeconds(60);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    static Ensemble ensemble;

    @TempDir
    Path clouds;

    final List<TcpProxy> lines = new ArrayList<>();
    final ShiftedClock firstClock = new ShiftedClock();
    final ShiftedClock secondClock = new ShiftedClock();
    CuratorFramework secondSession;
    Tree tree;
    SteadyUsers users;
    private NodePool first;
    private NodePool second;
    private NodeClient client;

    @BeforeAll
    static void startServers() throws IOException {
        ensemble = new Ensemble(directory);
    }

    @AfterAll
    static void stopServers() {
        ensemble.close();
    }

    @BeforeEach
    void start() throws Exception {
        for (var server = 0; server < Ensemble.SERVERS; server++) {
            lines.add(new TcpProxy(ensemble.server(server).port()));
        }
        var overLines = lines.stream().map(line -> "127.0.0.1:" + line.port()).collect(Collectors.joining(","));
        tree = CuratorTree.open(
                new ZooKeeperConfig(List.of(ensemble.connectString().split(",")), "", SESSION, Optional.empty()));
        secondSession = CuratorFrameworkFactory.newClient(
                ensemble.connectString(), (int) SESSION.toMillis(), (int) SESSION.toMillis(), new RetryOneTime(100));
        secondSession.start();
        first = launcher("first", ZooKeeperAccess.servers(overLines), firstClock);
        second = launcher("second", ZooKeeperAccess.client(secondSession), secondClock);
        client = NodeClient.builder()
                .zooKeeper(ensemble.connectString())
                .sessionTimeout(SESSION)
                .build()
                .start();
        await("both launchers are there")
                .atMost(LIMIT)
                .until(() -> tree.session().connected() && registered() == 4);
        users = new SteadyUsers(
                client,
                List.of(
                        new SteadyUsers.Wish(from("first"), LABEL),
                        new SteadyUsers.Wish(from("second"), LABEL),
                        new SteadyUsers.Wish(RequestOptions.DEFAULT, LABEL),
                        new SteadyUsers.Wish(RequestOptions.DEFAULT, List.of("small", "small", "small"))));
        users.awaitServed(20);
        users.takeLongest();
    }

    @AfterEach
    void stop() {
        users.close();
        client.close();
        first.close();
        second.close();
        secondSession.close();
        tree.close();
        lines.forEach(TcpProxy::close);
    }

    /** Of this cloud while a launcher has it, of any other else. */
    private static RequestOptions from(String cloud) {
        return RequestOptions.DEFAULT.withProvider("cloud-" + cloud);
    }

    private NodePool launcher(String name, ZooKeeperAccess access, ShiftedClock clock) {
        return NodePool.builder()
                .configText("""
                        zookeeper-timeout: %d
                        labels: [{name: small}]
                        providers:
                        """.formatted(SESSION.toSeconds()) + provider(name) + provider("common"))
                .zooKeeper(access)
                .drivers(List.of(new TrueTimeCloud()))
                .resources(Resources.OWN.withClock(clock))
                .build()
                .start();
    }

    private String provider(String cloud) {
        return """
                  - name: cloud-%1$s
                    cloud: fake
                    driver: fake
                    fake-cloud: {instances: 6, cores: -1, ram: -1, boot-seconds: 0.2, state: %2$s}
                    cloud-images: [{name: image, username: zuul}]
                    pools:
                      - name: main
                        labels: [{name: small, cloud-image: image, min-ram: 8192}]
                """.formatted(cloud, file(cloud));
    }

    private Path file(String cloud) {
        return clouds.resolve(cloud);
    }

    /** How many pools of launchers are registered; each launcher has two. */
    int registered() throws Exception {
        return tree.exists(Layout.LAUNCHERS).get(10, TimeUnit.SECONDS).isEmpty()
                ? 0
                : children(Layout.LAUNCHERS).size();
    }

    private List<String> children(String path) throws Exception {
        return tree.children(path).get(10, TimeUnit.SECONDS);
    }

    /**
     * Lets users be served for a while after a fault, then ends them and looks that nothing is left.
     *
     * @param fault names it for people
     * @param times how often it was done
     * @param bound how long a request may have waited
     */
    void afterwards(String fault, int times, Duration bound) throws Exception {
        await("both launchers are registered").atMost(LIMIT).until(() -> registered() == 4);
        users.awaitServed(20);
        users.finish();
        var longest = users.takeLongest();
        for (var cloud : List.of("first", "second")) {
            try (var lease = client.request(from(cloud), LABEL).get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(lease.nodes().get(0).provider()).isEqualTo("cloud-" + cloud);
            }
        }
        for (var path : List.of(Layout.NODES, Layout.REQUESTS, Layout.REQUEST_LOCKS)) {
            await("nothing is left below " + path)
                    .atMost(CLEAN)
                    .untilAsserted(() -> assertThat(children(path)).isEmpty());
        }
        for (var cloud : CLOUDS) {
            await("no machine is left in the cloud " + cloud)
                    .atMost(CLEAN)
                    .untilAsserted(
                            () -> assertThat(CloudFile.machines(file(cloud))).isEmpty());
        }
        FaultFigures.note(fault, times, users, longest, bound);
        assertThat(longest).as("the longest wait of a request").isLessThanOrEqualTo(bound);
    }
}
