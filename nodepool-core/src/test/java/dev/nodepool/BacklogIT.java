package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.EmbeddedServer;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.NodeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that can be served are not held up by many that wait for something else. */
class BacklogIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int WAITING = 500;
    private static final int SERVED = 50;
    private static final int ROUNDS = 6;
    private static final int MOST_ROUNDS = 18;
    private static final double LIMIT = 1.5;

    private static final String CONFIG = """
            labels: [{name: scarce}, {name: plenty}]
            providers:
              - name: full
                driver: fake
                cloud: fake
                cloud-images: [{name: debian, username: ci}]
                pools:
                  - name: main
                    max-servers: 1
                    labels: [{name: scarce, cloud-image: debian, min-ram: 8192}]
              - name: free
                driver: fake
                cloud: fake
                fake-cloud: {instances: 1000, cores: -1, ram: -1, boot-seconds: 0.05, delete-seconds: 0.05}
                cloud-images: [{name: debian, username: ci}]
                pools:
                  - name: main
                    labels: [{name: plenty, cloud-image: debian, min-ram: 8192}]
            """;

    private final Map<String, Long> askedAt = new ConcurrentHashMap<>();
    private final Map<String, Long> fulfilledAt = new ConcurrentHashMap<>();
    private final Map<String, List<String>> nodes = new ConcurrentHashMap<>();
    private EmbeddedServer zooKeeper;
    private NodePool pool;
    private Tree user;

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedServer.temporary();
        pool = NodePool.builder()
                .configText(CONFIG)
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
        user = CuratorTree.open(
                new ZooKeeperConfig(List.of(zooKeeper.connectString()), "", Duration.ofSeconds(10), Optional.empty()));
        await().atMost(LONG)
                .until(() -> user.session().connected() && pool.readiness().ready());
        user.watch(Layout.REQUESTS, this::changed)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @AfterEach
    void stop() {
        user.close();
        pool.close();
        zooKeeper.close();
    }

    private void changed(Tree.Change change) {
        if (change.kind() == Tree.Change.Kind.CHANGED) {
            user.get(change.path()).thenAccept(this::read);
        }
    }

    private void read(Znode znode) {
        try {
            var request = new NodeRequest(znode.name(), Json.read(znode.data()));
            if (request.state().text().equals("fulfilled")) {
                nodes.put(request.id(), request.nodes());
                fulfilledAt.putIfAbsent(request.id(), System.nanoTime());
            }
        } catch (Json.Unreadable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fiftyAreServedAsFastBesideFiveHundredThatWait() {
        var first = ask("scarce");
        await().atMost(LONG).until(() -> fulfilledAt.containsKey(first));
        for (var warmUp = 0; warmUp < 3; warmUp++) {
            serve();
        }
        var alone = Double.MAX_VALUE;
        var beside = Double.MAX_VALUE;
        // By turns, so that both meet the same weather. What others do on this machine only ever makes either slower,
        // so
        // the best of each counts, and on a busy machine it takes more rounds until both have met a good moment.
        for (var round = 0; round < ROUNDS || round < MOST_ROUNDS && beside / alone > LIMIT; round++) {
            alone = Math.min(alone, settled());
            var waiting =
                    IntStream.range(0, WAITING).mapToObj(i -> ask("scarce")).toList();
            beside = Math.min(beside, settled());
            assertThat(waiting).noneMatch(fulfilledAt::containsKey);
            withdraw(waiting);
        }

        System.out.printf(
                "BacklogIT: p99 of %d requests %.0f ms alone, %.0f ms beside %d that wait: ratio %.2f%n",
                SERVED, alone, beside, WAITING, beside / alone);
        assertThat(beside / alone).isLessThanOrEqualTo(LIMIT);
    }

    /** Once what came or went before is dealt with. */
    private double settled() {
        serve();
        return serve();
    }

    private void withdraw(List<String> requests) {
        CompletableFuture.allOf(requests.stream()
                        .map(id -> user.delete(Layout.request(id), -1))
                        .toArray(CompletableFuture[]::new))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Serves fifty that come at once; answers the 99th percentile of how long they took, ms. */
    private double serve() {
        var requests = IntStream.range(0, SERVED).mapToObj(i -> ask("plenty")).toList();
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> requests.stream().allMatch(fulfilledAt::containsKey));
        var millis = new ArrayList<Double>();
        for (var request : requests) {
            millis.add((fulfilledAt.get(request) - askedAt.get(request)) / 1e6);
            finish(request);
        }
        await().atMost(LONG)
                .until(() ->
                        user.children(Layout.NODES).get(10, TimeUnit.SECONDS).size() == 1);
        return millis.stream().sorted().toList().get(SERVED * 99 / 100);
    }

    private String ask(String label) {
        var order =
                NodeRequest.ordered(new NodeRequest.Order(List.of(label), "zuul", false, null, 0, null, "event"), 0);
        var data = Json.write(order.with(Map.of(NodeRequest.STATE, "requested", NodeRequest.STATE_TIME, 0)));
        var start = System.nanoTime();
        var id = user.create(Layout.REQUESTS + "/200-", data, Tree.Mode.EPHEMERAL_SEQUENTIAL)
                .orTimeout(10, TimeUnit.SECONDS)
                .join()
                .name();
        askedAt.put(id, start);
        return id;
    }

    private void finish(String request) {
        for (var node : nodes.get(request)) {
            var path = Layout.node(node);
            user.get(path)
                    .thenCompose(znode -> user.set(path, used(znode), -1))
                    .thenCompose(x -> user.delete(Layout.request(request), -1))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
    }

    private static byte[] used(Znode znode) {
        try {
            Document node = Json.read(znode.data());
            return Json.write(node.with("state", "used"));
        } catch (Json.Unreadable e) {
            throw new AssertionError(e);
        }
    }
}
