package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.internal.tree.EmbeddedServer;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.LeasedNode;
import dev.nodepool.view.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty hosts on real SSH servers: ten ports, five users each; every tenth host is three nodes. */
abstract class StaticHostsBase {

    private static final int PORTS = 10;
    private static final int HOSTS = 50;
    private static final int SLOTS = 60;
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private final Map<String, NodePoolEvent.NodeChanged> nodes = new ConcurrentHashMap<>();
    private final List<Integer> ports = new ArrayList<>();
    private EmbeddedServer zooKeeper;
    private NodePool pool;

    /** Starts an SSH server on 127.0.0.1 and answers its port. */
    abstract int startServer() throws Exception;

    /** The host keys of that server. */
    abstract List<String> hostKeys(int port) throws Exception;

    abstract void stopServers() throws Exception;

    @BeforeEach
    void start() throws Exception {
        for (var i = 0; i < PORTS; i++) {
            ports.add(startServer());
        }
        zooKeeper = EmbeddedServer.temporary();
        write(0, HOSTS);
        pool = open();
        pool.listen(event -> {
            if (event instanceof NodePoolEvent.NodeChanged node) {
                nodes.put(node.node(), node);
            }
        });
    }

    private NodePool open() {
        return NodePool.builder()
                .config(directory.resolve("nodepool.yaml"))
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        pool.close();
        zooKeeper.close();
        stopServers();
    }

    /** Hosts number {@code first} to {@code last - 1}. */
    private void write(int first, int last) throws IOException {
        var text = new StringBuilder("""
                labels: [{name: bench}]
                providers:
                  - name: rack
                    driver: static
                    pools:
                      - name: main
                        nodes:
                """);
        for (var host = first; host < last; host++) {
            text.append(
                    "          - {name: 127.0.0.1, labels: [bench], timeout: 30, connection-port: %d, username: user%d, max-parallel-jobs: %d}\n"
                            .formatted(ports.get(host % PORTS), host, slots(host)));
        }
        Files.writeString(directory.resolve("nodepool.yaml"), text);
    }

    private static int slots(int host) {
        return host % 10 == 9 ? 3 : 1;
    }

    private Set<String> ready() {
        var ready = new HashSet<String>();
        nodes.values().stream()
                .filter(node -> node.state().equals("ready") && node.request() == null)
                .forEach(node -> ready.add(node.node()));
        return ready;
    }

    private long there() {
        return nodes.values().stream()
                .filter(node -> !node.state().equals("gone"))
                .count();
    }

    private void awaitReady(int count) {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(ready()).hasSize(count);
            assertThat(there()).isEqualTo(count);
        });
    }

    private List<NodeLease> lease(int count) throws Exception {
        var leases =
                IntStream.range(0, count).mapToObj(i -> pool.request("bench")).toList();
        CompletableFuture.allOf(leases.toArray(CompletableFuture[]::new)).get(90, TimeUnit.SECONDS);
        return leases.stream().map(CompletableFuture::join).toList();
    }

    private static Map<String, Integer> byUser(List<NodeLease> leases) {
        var users = new HashMap<String, Integer>();
        leases.forEach(lease -> lease.nodes().forEach(node -> users.merge(node.username(), 1, Integer::sum)));
        return users;
    }

    @Test
    @Behaviour({"S13", "S20"})
    void fiftyHostsAreEnteredLentAndEnteredAnew() throws Exception {
        awaitReady(SLOTS);
        var first = ready();
        var leases = lease(SLOTS);
        var users = byUser(leases);
        assertThat(users).hasSize(HOSTS);
        IntStream.range(0, HOSTS).forEach(host -> assertThat(users).containsEntry("user" + host, slots(host)));
        for (var lease : leases.subList(0, PORTS)) {
            var node = lease.nodes().get(0);
            assertThat(node.address()).isEqualTo("127.0.0.1");
            assertThat(node.hostKeys()).containsExactlyInAnyOrderElementsOf(hostKeys(node.port()));
        }
        var waiting = pool.request("bench");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(waitingReasons()).containsExactly(Reason.Code.NO_FREE_HOST));
        assertThat(waiting).isNotDone();
        leases.forEach(NodeLease::close);
        waiting.get(90, TimeUnit.SECONDS).close();
        awaitReady(SLOTS);
        assertThat(ready()).doesNotContainAnyElementsOf(first);
        assertThat(byUser(lease(SLOTS))).isEqualTo(users);
    }

    private List<Reason.Code> waitingReasons() throws Exception {
        var reasons = new ArrayList<Reason.Code>();
        for (var number = 0; number <= SLOTS; number++) {
            var id = "200-%010d".formatted(number);
            pool.reasons(id).get(5, TimeUnit.SECONDS).values().forEach(reason -> reasons.add(reason.code()));
        }
        return reasons;
    }

    @Test
    @Behaviour({"S07", "S08"})
    void reloadAddsAndRemovesHostsWhileSomeAreInUse() throws Exception {
        write(0, 30);
        pool.reload().get(60, TimeUnit.SECONDS);
        awaitReady(36);
        var leases = lease(36);
        // Twenty go, twenty come, ten stay; all are in use.
        write(20, HOSTS);
        pool.reload().get(60, TimeUnit.SECONDS);
        await().atMost(LONG).untilAsserted(() -> assertThat(ready()).hasSize(24));
        assertThat(there()).isEqualTo(36 + 24);
        leases.forEach(NodeLease::close);
        awaitReady(36);
        var users = byUser(lease(36));
        assertThat(users).hasSize(30);
        IntStream.range(20, HOSTS).forEach(host -> assertThat(users).containsEntry("user" + host, slots(host)));
    }

    @Test
    void twoLaunchersOfTheSameHostsEnterEachSlotOnceAlsoWhenOneEnds() throws Exception {
        try (var second = open()) {
            awaitReady(SLOTS);
            var used = new ArrayList<LeasedNode>();
            for (var i = 0; i < 3; i++) {
                try (var one = second.request("bench").get(60, TimeUnit.SECONDS);
                        var two = pool.request("bench", "bench").get(60, TimeUnit.SECONDS)) {
                    used.addAll(one.nodes());
                    used.addAll(two.nodes());
                }
            }
            assertThat(used).extracting(LeasedNode::id).doesNotHaveDuplicates();
            awaitReady(SLOTS);
        }
        lease(1).forEach(NodeLease::close);
        awaitReady(SLOTS);
        assertThat(byUser(lease(SLOTS))).hasSize(HOSTS);
    }
}
