package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.internal.tree.EmbeddedServer;
import dev.nodepool.metrics.Stats;
import dev.nodepool.view.LeasedNode;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodePoolIT {

    private static final String CONFIG = """
            labels: [{name: small}, {name: large}]
            providers:
              - name: fake-one
                cloud: fake
                cloud-images: [{name: debian, username: ci}]
                pools:
                  - name: main
                    max-servers: 5
                    labels:
                      - {name: small, cloud-image: debian, min-ram: 8192}
                      - {name: large, cloud-image: debian, min-ram: 8192}
            """;

    private EmbeddedServer zooKeeper;
    private final MetricRegistry figures = new MetricRegistry();
    private NodePool pool;

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedServer.temporary();
        pool = pool(figures);
    }

    private NodePool pool(MetricRegistry registry) {
        return NodePool.builder()
                .configText(CONFIG)
                .zooKeeper(zooKeeper.connectString())
                .stats(Stats.of(registry))
                .build();
    }

    @AfterEach
    void stop() {
        pool.close();
        zooKeeper.close();
    }

    @Test
    void givesNodesOfOneRequestAndDeletesThemAfterUse() throws Exception {
        var events = new CopyOnWriteArrayList<NodePoolEvent>();
        pool.listen(events::add);
        pool.start();

        var lease = pool.request("small", "large").get(20, TimeUnit.SECONDS);

        assertThat(lease.nodes()).extracting(LeasedNode::label).containsExactly("small", "large");
        assertThat(lease.nodes()).allSatisfy(node -> {
            assertThat(node.provider()).isEqualTo("fake-one");
            assertThat(node.address()).isEqualTo("fake");
            assertThat(node.username()).isEqualTo("ci");
        });
        assertThat(pool.readiness().ready()).isTrue();
        lease.inUse();
        lease.close();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(events)
                        .filteredOn(e -> e instanceof NodePoolEvent.NodeChanged n
                                && n.state().equals("gone"))
                        .hasSize(2));
        assertThat(statesOf(events, lease.nodes().get(0).id()))
                .containsExactly("init", "building", "ready", "in-use", "used", "deleting", "gone");
    }

    @Test
    void saysWhyARequestWaits() throws Exception {
        var asked = new CopyOnWriteArrayList<String>();
        pool.listen(event -> {
            if (event instanceof NodePoolEvent.RequestChanged request) {
                asked.add(request.request());
            }
        });
        pool.start();
        pool.request("small", "small", "small", "small", "large").get(20, TimeUnit.SECONDS);
        asked.clear();

        pool.request("small");

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(pool.reasons(asked.get(0))
                                .get(5, TimeUnit.SECONDS)
                                .values())
                        .extracting(Reason::code)
                        .containsExactly(Reason.Code.AT_POOL_LIMIT));
        assertThat(pool.reasons("200-0000009999").get(5, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void oneLauncherTellsTheFiguresOfAllAndTheNextOneTakesOver() throws Exception {
        pool.start();
        var lease = pool.request("small").get(20, TimeUnit.SECONDS);
        lease.inUse();
        awaitGauge(figures, "nodepool.label.small.nodes.in-use", 1);
        assertThat(figures.timer("nodepool.launch.provider.fake-one.ready").getCount())
                .isEqualTo(1);

        var others = new MetricRegistry();
        try (var second = pool(others)) {
            second.start();
            awaitGauge(others, "nodepool.provider.fake-one.max_servers", 5);
            assertThat(others.getGauges()).doesNotContainKey("nodepool.nodes.in-use");
            pool.close();
            awaitGauge(others, "nodepool.label.large.nodes.in-use", 0);
        }
    }

    private static void awaitGauge(MetricRegistry registry, String name, long value) {
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(registry.getGauges())
                        .hasEntrySatisfying(
                                name, gauge -> assertThat(gauge.getValue()).isEqualTo(value)));
    }

    private static List<String> statesOf(List<NodePoolEvent> events, String node) {
        return events.stream()
                .filter(NodePoolEvent.NodeChanged.class::isInstance)
                .map(NodePoolEvent.NodeChanged.class::cast)
                .filter(e -> e.node().equals(node))
                .map(NodePoolEvent.NodeChanged::state)
                .distinct()
                .toList();
    }
}
