package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.internal.tree.EmbeddedServer;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lease on a real server, whose connection breaks and whose session ends. */
final class NodeLeaseLossIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final String CONFIG = """
            labels: [{name: small}]
            providers:
              - name: fake-one
                cloud: fake
                cloud-images: [{name: debian}]
                pools:
                  - name: main
                    labels: [{name: small, cloud-image: debian, min-ram: 8192}]
            """;

    private final EmbeddedServer zooKeeper = EmbeddedServer.temporary();
    private CuratorFramework curator;
    private NodePool pool;
    private NodeClient client;

    @BeforeEach
    void start() throws Exception {
        curator = CuratorFrameworkFactory.newClient(zooKeeper.connectString(), 5_000, 5_000, new RetryOneTime(100));
        curator.start();
        pool = NodePool.builder()
                .configText(CONFIG)
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
        client = NodeClient.builder()
                .zooKeeper(ZooKeeperAccess.client(curator))
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        client.close();
        pool.close();
        curator.close();
        zooKeeper.close();
    }

    @Test
    void tellsItsOwnerWhenTheSessionEndsAndEveryLaterCallFails() throws Exception {
        var lease = client.request("small").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        lease.inUse();
        var losses = new CopyOnWriteArrayList<String>();
        lease.onLost(losses::add);

        curator.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(losses).hasSize(1));
        assertThatThrownBy(lease::inUse).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> lease.hold("", Duration.ofMinutes(1))).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lease::close).isInstanceOf(LeaseLostException.class);
        lease.close();
        var late = new CopyOnWriteArrayList<String>();
        lease.onLost(late::add);
        assertThat(late).isEqualTo(losses);
        // Another one comes under the new session.
        client.request("small").get(LIMIT.toSeconds(), TimeUnit.SECONDS).close();
    }

    @Test
    void outlastsAConnectionThatBreaks() throws Exception {
        var lease = client.request("small").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        lease.inUse();
        var losses = new CopyOnWriteArrayList<String>();
        lease.onLost(losses::add);
        var breaks = new CopyOnWriteArrayList<String>();
        client.listen(event -> breaks.add(event.toString()));

        curator.getZookeeperClient().getZooKeeper().getTestable().closeSocket();

        await().atMost(LIMIT)
                .until(() -> breaks.stream().anyMatch(text -> text.contains("suspended"))
                        && breaks.stream().anyMatch(text -> text.contains("connected")));
        lease.close();
        assertThat(losses).isEmpty();
    }
}
