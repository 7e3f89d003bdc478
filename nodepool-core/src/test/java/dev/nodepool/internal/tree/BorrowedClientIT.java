package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL;
import static dev.nodepool.internal.tree.Tree.Mode.EPHEMERAL_SEQUENTIAL;
import static dev.nodepool.internal.tree.TreeContractBase.LIMIT;
import static dev.nodepool.internal.tree.TreeContractBase.awaitConnected;
import static dev.nodepool.internal.tree.TreeContractBase.bytes;
import static dev.nodepool.internal.tree.TreeContractBase.got;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BorrowedClientIT {

    private final ZooKeeperServerFixture server = ZooKeeperServerFixture.start();
    private final CuratorFramework client = CuratorFrameworkFactory.newClient(
            server.connectString(), 10_000, 10_000, new ExponentialBackoffRetry(50, 20));

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void worksOnAClientThatIsConnectedAndOnOneThatIsStartedLater() throws Exception {
        try (var early = CuratorTree.on(client)) {
            assertThat(early.session().connected()).isFalse();
            client.start();
            awaitConnected(early);
            try (var late = CuratorTree.on(client)) {
                awaitConnected(late);
                assertThat(late.session().id())
                        .isEqualTo(early.session().id())
                        .isEqualTo(client.getZookeeperClient().getZooKeeper().getSessionId());
                got(early.ensure("/a/b"));
                assertThat(got(late.exists("/a/b"))).isPresent();
            }
        }
        assertThat(client.checkExists().forPath("/a/b")).isNotNull();
    }

    @Test
    void closingDeletesOwnEphemeralsAndLeavesTheSession() throws Exception {
        client.start();
        var tree = CuratorTree.on(client);
        awaitConnected(tree);
        got(tree.ensure("/lock"));
        got(tree.create("/e", bytes(""), EPHEMERAL));
        got(tree.multi(List.of(new Op.Create("/lock/c-", bytes(""), EPHEMERAL_SEQUENTIAL))));
        client.create().withMode(org.apache.zookeeper.CreateMode.EPHEMERAL).forPath("/theirs");
        tree.close();
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(client.checkExists().forPath("/e")).isNull());
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(client.getChildren().forPath("/lock")).isEmpty());
        assertThat(client.checkExists().forPath("/theirs")).isNotNull();
        assertThat(tree.session().state()).isEqualTo(Session.State.LOST);
    }

    @Test
    void followsTheClientThroughDisconnectionAndSessionLoss() {
        client.start();
        try (var tree = CuratorTree.on(client)) {
            awaitConnected(tree);
            var states = new CopyOnWriteArrayList<Session>();
            tree.onSession(states::add);
            var before = tree.session();
            server.stop();
            await().atMost(LIMIT).until(() -> tree.session().state() == Session.State.SUSPENDED);
            server.restart();
            awaitConnected(tree);
            assertThat(tree.session()).isEqualTo(before);
            server.killSession(tree);
            await().atMost(LIMIT)
                    .until(() -> tree.session().connected() && tree.session().id() != before.id());
            assertThat(states)
                    .containsSubsequence(before, new Session(before.id(), Session.State.LOST), tree.session());
            got(tree.ensure("/works"));
        }
    }

    @Test
    void namespaceIsRefused() {
        client.start();
        assertThatThrownBy(() -> CuratorTree.on(client.usingNamespace("ns")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("namespace");
    }
}
