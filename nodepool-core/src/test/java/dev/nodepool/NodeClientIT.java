package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ConfigException;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.event.NodePoolEvent.ProviderChanged;
import dev.nodepool.event.NodePoolEvent.ProviderChanged.Standing;
import dev.nodepool.internal.tree.EmbeddedServer;
import dev.nodepool.view.Overview;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an embedder puts together: clients and launchers, with what it has already. */
final class NodeClientIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static EmbeddedServer zooKeeper;

    @BeforeAll
    static void start() {
        zooKeeper = EmbeddedServer.temporary();
    }

    @AfterAll
    static void stop() {
        zooKeeper.close();
    }

    private static Map<String, ?> configuration(String provider, String label) {
        return Map.of(
                "labels",
                List.of(Map.of("name", label)),
                "providers",
                List.of(Map.of(
                        "name",
                        provider,
                        "driver",
                        "fake",
                        "cloud",
                        "fake",
                        "cloud-images",
                        List.of(Map.of("name", "debian")),
                        "pools",
                        List.of(Map.of(
                                "name",
                                "main",
                                "max-servers",
                                3,
                                "labels",
                                List.of(Map.of("name", label, "cloud-image", "debian", "min-ram", 8192)))))));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static NodePool pool(String provider, String label) {
        return NodePool.builder()
                .configuration(configuration(provider, label))
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
    }

    private static Overview overview(NodeClient client) {
        return await().atMost(LIMIT)
                .until(() -> get(client.overview()), Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void clientGetsMachinesOfLaunchersElsewhereAndSeesAndOrders() throws Exception {
        try (var one = pool("client-one", "small");
                var two = pool("client-two", "large");
                var client = NodeClient.builder()
                        .zooKeeper(zooKeeper.connectString())
                        .sessionTimeout(Duration.ofSeconds(5))
                        .build()
                        .start()) {
            var events = new CopyOnWriteArrayList<NodePoolEvent>();
            client.listen(events::add);
            await().atMost(LIMIT).until(() -> overview(client).labels().containsAll(List.of("small", "large")));
            assertThat(overview(client).providers()).isEmpty();
            assertThat(overview(one).providers()).extracting(p -> p.name()).containsExactly("client-one");

            NodeLease held;
            try (var small = get(client.request("small"))) {
                held = get(client.request(
                        RequestOptions.DEFAULT.withPriority(100).withRequestor("tester"), List.of("large")));
                small.inUse();
                assertThat(small.nodes().get(0).provider()).isEqualTo("client-one");
                assertThat(held.requestId()).startsWith("100-");
                assertThatThrownBy(() -> get(
                                client.orders().deleteNode(small.nodes().get(0).id())))
                        .hasCauseInstanceOf(IllegalStateException.class);
            }
            held.hold("look at it", Duration.ofHours(1));
            var id = held.nodes().get(0).id();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(overview(client).nodes())
                            .filteredOn(node -> node.id().equals(id))
                            .singleElement()
                            .satisfies(node -> {
                                assertThat(node.state()).isEqualTo("hold");
                                assertThat(node.locked()).isFalse();
                                assertThat(node.node().comment()).isEqualTo("look at it");
                                assertThat(node.node().holdJob()).isEqualTo("tester");
                            }));
            assertThat(get(client.orders().deleteNode(id))).isTrue();
            await().atMost(LIMIT)
                    .until(() -> overview(client).nodes().stream()
                            .noneMatch(node -> node.id().equals(id)));
            assertThat(get(client.orders().deleteNode(id))).isFalse();
            assertThat(events).noneMatch(ProviderChanged.class::isInstance);

            get(client.orders().drain("client-one", null, false));
            var asked = client.request(RequestOptions.DEFAULT.withDeadline(Duration.ofSeconds(1)), List.of("small"));
            assertThatThrownBy(() -> get(asked))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(TimeoutException.class);
            get(client.orders().undoDrain("client-one", null));
            get(client.request("small")).close();

            get(client.orders().pauseImage("img"));
            await().atMost(LIMIT).until(() -> overview(client).images().stream().anyMatch(image -> image.paused()));
            get(client.orders().unpauseImage("img"));
            assertThat(get(client.orders().deleteBuild("img", "0000000001"))).isFalse();
            assertThatThrownBy(() -> get(client.orders().holdNode("../x")))
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void worksOnAClientThatSomebodyElseOwnsAndLeavesItAsItWas() throws Exception {
        try (CuratorFramework curator =
                CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(100))) {
            curator.start();
            var session = curator.getZookeeperClient().getZooKeeper();
            try (var pool = NodePool.builder()
                            .configuration(configuration("borrowing", "borrowed"))
                            .zooKeeper(ZooKeeperAccess.client(curator))
                            .build()
                            .start();
                    var client = NodeClient.builder()
                            .zooKeeper(ZooKeeperAccess.client(curator))
                            .build()
                            .start()) {
                get(client.request("borrowed")).close();
                get(pool.request("borrowed")).close();
                client.request("borrowed", "borrowed", "borrowed", "borrowed");
            }
            await().atMost(LIMIT)
                    .until(() -> curator.getChildren().forPath("/nodepool/launchers").stream()
                            .noneMatch(name -> name.contains("borrowing")));
            await().atMost(LIMIT)
                    .until(() ->
                            curator.getChildren().forPath("/nodepool/requests").isEmpty());
            assertThat(curator.getZookeeperClient().getZooKeeper()).isSameAs(session);
        }
    }

    @Test
    void bringsAServerAlongAndUsesGivenThreadsTimeAndTimer() throws Exception {
        var executor = Executors.newCachedThreadPool(action -> {
            var thread = new Thread(action, "given");
            thread.setDaemon(true);
            return thread;
        });
        var timer = Executors.newScheduledThreadPool(1);
        try {
            var years = Duration.ofDays(10_000);
            var pool = NodePool.builder()
                    .configuration(configuration("all-in-one", "small"))
                    .zooKeeper(ZooKeeperAccess.embedded())
                    .resources(Resources.OWN
                            .withExecutor(executor)
                            .withClock(Clock.offset(Clock.systemUTC(), years))
                            .withTimer((delay, action) -> {
                                var task = timer.schedule(
                                        () -> executor.execute(action), delay.toNanos(), TimeUnit.NANOSECONDS);
                                return () -> task.cancel(false);
                            }))
                    .build();
            try (pool) {
                var threads = new CopyOnWriteArrayList<String>();
                pool.listen(event -> threads.add(Thread.currentThread().getName()));
                pool.start();
                try (var lease = get(pool.request("small"))) {
                    lease.inUse();
                    assertThat(overview(pool).nodes())
                            .singleElement()
                            .satisfies(node -> assertThat(node.since())
                                    .isAfter(Instant.now().plus(years).minus(LIMIT)));
                }
                assertThat(threads).isNotEmpty().containsOnly("given");
            }
            assertThat(executor.isShutdown()).isFalse();
        } finally {
            executor.shutdownNow();
            timer.shutdownNow();
        }
    }

    @Test
    void configurationMadeInCodeIsCheckedAndReplacedWhole() throws Exception {
        assertThatThrownBy(() -> NodePool.builder()
                        .configuration(Map.of("labels", List.of(Map.of("nam", "x")), "providers", "none"))
                        .zooKeeper(zooKeeper.connectString())
                        .build())
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .hasSizeGreaterThan(1)
                                .allSatisfy(problem ->
                                        assertThat(problem.toString()).contains("(code)")));

        try (var pool = pool("replaced", "before")) {
            var events = new CopyOnWriteArrayList<ProviderChanged>();
            pool.listen(event -> {
                if (event instanceof ProviderChanged change && change.provider().startsWith("repl")) {
                    events.add(change);
                }
            });
            get(pool.request("before")).close();
            assertThatThrownBy(() -> get(pool.reconfigure(Map.of("providers", List.of(Map.of("name", "x"))))))
                    .hasCauseInstanceOf(ConfigException.class);
            get(pool.reconfigure(configuration("replacing", "after")));
            get(pool.request("after")).close();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(events)
                            .extracting(ProviderChanged::provider, ProviderChanged::standing)
                            .contains(tuple("replacing", Standing.READY), tuple("replaced", Standing.GONE)));
        }
    }

    @Test
    void refusesWhatCanNotBeAsked() {
        try (var client = NodeClient.builder()
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start()) {
            assertThatThrownBy(() -> client.request(List.of())).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> RequestOptions.DEFAULT.withPriority(1000))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> RequestOptions.DEFAULT.withDeadline(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> NodeClient.builder().build()).isInstanceOf(IllegalStateException.class);
    }
}
