package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.TreeContractBase.LIMIT;
import static dev.nodepool.internal.tree.TreeContractBase.awaitConnected;
import static dev.nodepool.internal.tree.TreeContractBase.bytes;
import static dev.nodepool.internal.tree.TreeContractBase.got;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class FirstConnectIT {

    @Test
    void waitsWithoutEndSaysSoAndConnectsWhenTheServerComes() {
        try (var server = ZooKeeperServerFixture.stopped();
                var log = new LogCapture(ConnectReminder.class)) {
            // Sessions shorter than the wait: Curator meanwhile gives up on the handle and makes another.
            var config = new ZooKeeperConfig(
                    List.of(server.connectString()), "/site", Duration.ofSeconds(1), Optional.empty());
            try (var tree = CuratorTree.start(new OwnClient(config, Duration.ofMillis(300)), "/site")) {
                var states = new CopyOnWriteArrayList<Session.State>();
                tree.onSession(session -> states.add(session.state()));
                await().atMost(LIMIT).until(() -> log.lines().size() >= 6);
                assertThat(log.lines())
                        .allSatisfy(line -> assertThat(line)
                                .startsWith("WARN No connection to ZooKeeper at " + server.connectString())
                                .endsWith("still trying"));
                assertThat(states).isEmpty();
                server.restart();
                awaitConnected(tree);
                assertThat(states).containsExactly(Session.State.CONNECTED);
                got(tree.create("/a", bytes(""), Tree.Mode.PERSISTENT));
            }
        }
    }

    @Test
    void closingWithoutAnyServerReturnsAtOnce() {
        try (var server = ZooKeeperServerFixture.stopped()) {
            var tree = CuratorTree.open(ZooKeeperConfig.of(server.connectString()));
            tree.close();
            assertThat(TreeContractBase.code(tree.get("/"))).isEqualTo(TreeException.Code.CLOSED);
        }
    }

    @Test
    void sessionThatRunsOutWhileTheServerIsAwayIsLostBeforeItReturns() {
        try (var server = ZooKeeperServerFixture.start()) {
            var config =
                    new ZooKeeperConfig(List.of(server.connectString()), "", Duration.ofSeconds(1), Optional.empty());
            try (var tree = CuratorTree.open(config)) {
                awaitConnected(tree);
                var first = tree.session().id();
                server.stop();
                await().atMost(LIMIT).until(() -> tree.session().state() == Session.State.LOST);
                assertThat(TreeContractBase.code(tree.get("/"))).isEqualTo(TreeException.Code.SESSION_EXPIRED);
                server.restart();
                awaitConnected(tree);
                assertThat(tree.session().id()).isNotEqualTo(first);
                got(tree.ensure("/works"));
            }
        }
    }
}
