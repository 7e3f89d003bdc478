package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT;
import static dev.nodepool.internal.tree.Tree.Mode.PERSISTENT_SEQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.Tree.Change;
import dev.nodepool.internal.tree.Tree.Change.Kind;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CuratorTreeIT extends TreeContract {

    private final ZooKeeperServerFixture server = ZooKeeperServerFixture.start();

    @Override
    Tree start() {
        return CuratorTree.open(ZooKeeperConfig.of(server.connectString()));
    }

    @Override
    void killSession(Tree tree) {
        server.killSession(tree);
    }

    @Override
    void disconnect() {
        server.stop();
    }

    @Override
    void reconnect() {
        server.restart();
    }

    @Override
    void stopServer() {
        server.close();
    }

    private ZooKeeperConfig below(String chroot) {
        return new ZooKeeperConfig(
                List.of(server.connectString()), chroot, ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT, Optional.empty());
    }

    @Test
    void missingChrootIsCreatedAndStandsForTheRoot() {
        var outside = open();
        try (var inside = CuratorTree.open(below("/site/one"))) {
            awaitConnected(inside);
            var chroot = got(outside.get("/site/one"));
            assertThat(chroot.data()).isEmpty();
            assertThat(chroot.stat().ephemeralOwner()).isZero();

            var seen = new CopyOnWriteArrayList<Change>();
            got(inside.watch("/", seen::add));
            got(inside.ensure("/nodes"));
            assertThat(got(inside.create("/nodes/", bytes("x"), PERSISTENT_SEQUENTIAL))
                            .path())
                    .isEqualTo("/nodes/0000000000");
            assertThat(got(inside.multi(List.of(new Op.Create("/nodes/n-", bytes(""), PERSISTENT_SEQUENTIAL)))))
                    .extracting(Op.Done::path)
                    .containsExactly("/nodes/n-0000000001");
            assertThat(got(inside.get("/nodes/0000000000")).path()).isEqualTo("/nodes/0000000000");
            assertThat(got(inside.children("/"))).containsExactly("nodes");
            assertThat(code(inside.create("relative", bytes(""), PERSISTENT))).isEqualTo(Code.OTHER);
            assertThat(seen)
                    .containsExactly(
                            new Change(Kind.CREATED, "/nodes"),
                            new Change(Kind.CREATED, "/nodes/0000000000"),
                            new Change(Kind.CREATED, "/nodes/n-0000000001"));
            assertThat(got(outside.children("/site/one/nodes"))).hasSize(2);
        }
        try (var again = CuratorTree.open(below("/site/one"))) {
            awaitConnected(again);
            assertThat(got(again.children("/"))).containsExactly("nodes");
        }
    }

    @Test
    void callsBeforeTheFirstConnectionFailAtOnce() {
        disconnect();
        try (var tree = start()) {
            var call = tree.get("/");
            assertThat(call).isDone();
            assertThat(code(call)).isEqualTo(Code.CONNECTION_LOSS);
            assertThat(tree.session()).isEqualTo(new Session(0, Session.State.SUSPENDED));
            reconnect();
            awaitConnected(tree);
            assertThat(got(tree.exists("/"))).isPresent();
        }
    }

    @Test
    void closedWatchOfTheLastListenerIsGoneAtTheServerAlsoAfterAReconnect() {
        var tree = open();
        got(tree.ensure("/root"));
        var seen = new CopyOnWriteArrayList<Change>();
        var watch = got(tree.watch("/root", seen::add));
        disconnect();
        await().atMost(LIMIT).until(() -> !tree.session().connected());
        watch.close();
        reconnect();
        awaitConnected(tree);
        var later = new CopyOnWriteArrayList<Change>();
        got(tree.watch("/root", later::add));
        got(tree.create("/root/a", bytes(""), PERSISTENT));
        assertThat(seen).isEmpty();
        assertThat(later).containsExactly(new Change(Kind.CREATED, "/root/a"));
    }
}
