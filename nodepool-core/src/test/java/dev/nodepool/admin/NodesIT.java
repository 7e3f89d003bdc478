package dev.nodepool.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Locks;
import dev.nodepool.internal.store.Removal;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.view.NodeView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads and orders about nodes and requests with a real ZooKeeper and no launcher. */
class NodesIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ID = "0000000007";

    private EmbeddedZooKeeper zooKeeper;
    private Threads threads;
    private Tree tree;
    private Admin admin;

    @BeforeEach
    void connect() {
        zooKeeper = EmbeddedZooKeeper.start();
        threads = Threads.real("test");
        var servers = ZooKeeperConfig.of(zooKeeper.connectString());
        admin = Admin.connect(servers, LIMIT);
        tree = CuratorTree.open(servers);
        await().atMost(LIMIT).until(() -> tree.session().connected());
    }

    @AfterEach
    void disconnect() {
        admin.close();
        tree.close();
        threads.close();
        zooKeeper.close();
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    private void write(String path, String record) throws Exception {
        get(tree.ensure(path));
        get(tree.set(path, record.getBytes(StandardCharsets.UTF_8), -1));
    }

    private void node(String id, String state) throws Exception {
        write(
                Layout.node(id),
                "{\"state\": \"%s\", \"state_time\": 5.5, \"provider\": \"p\", \"future\": [1]}".formatted(state));
    }

    private Locks locks() {
        return new Locks(tree, threads.timer(), "test");
    }

    @Test
    void showsWhatIsThereAlsoWhenThatIsNothing() throws Exception {
        assertThat(admin.nodes().all()).isEmpty();
        assertThat(admin.requests().all()).isEmpty();
        node("0000000009", "ready");
        node(ID, "nobody-knows");
        write(Layout.node("0000000008"), "no JSON");
        write(Layout.request("100-0000000002"), "{\"state\": \"requested\", \"node_types\": [\"a\"]}");
        write(Layout.request("050-0000000001"), "{\"state\": \"pending\"}");
        assertThat(admin.nodes().all()).extracting(NodeView::id).containsExactly(ID, "0000000009");
        assertThat(admin.nodes().get(ID)).hasValueSatisfying(view -> {
            assertThat(view.state()).isEqualTo("nobody-knows");
            assertThat(view.since().toEpochMilli()).isEqualTo(5500);
        });
        assertThat(admin.nodes().get("0000000008")).isEmpty();
        assertThat(admin.requests().all())
                .extracting(request -> request.id())
                .containsExactly("050-0000000001", "100-0000000002");
        assertThat(admin.requests().get("100-0000000002")).isPresent();
        assertThat(admin.requests().get("100-0000000003")).isEmpty();
    }

    @Test
    void countsContendersAloneAsALock() throws Exception {
        node(ID, "in-use");
        get(tree.create(Layout.nodeLock(ID), new byte[0], Mode.PERSISTENT));
        assertThat(admin.nodes().get(ID))
                .hasValueSatisfying(view -> assertThat(view.locked()).isFalse());
        get(locks().lock(Layout.nodeLock(ID), Locks.Directory.LAST_PART, LIMIT));
        assertThat(admin.nodes().all())
                .singleElement()
                .satisfies(view -> assertThat(view.locked()).isTrue());
    }

    @Test
    void letsANodeBeDeletedOrHeldAndLeavesItUnlocked() throws Exception {
        node(ID, "ready");
        assertThat(admin.nodes().hold(ID)).isTrue();
        assertThat(admin.nodes().get(ID)).hasValueSatisfying(view -> {
            assertThat(view.state()).isEqualTo("hold");
            assertThat(view.locked()).isFalse();
            assertThat(view.node().stateTime()).isGreaterThan(5.5);
            assertThat(view.node().doc().get("future")).isEqualTo(List.of(1));
        });
        assertThat(admin.nodes().delete(ID)).isTrue();
        assertThat(admin.nodes().delete(ID)).isTrue();
        assertThat(admin.nodes().get(ID)).hasValueSatisfying(view -> {
            assertThat(view.state()).isEqualTo("deleting");
            assertThat(view.locked()).isFalse();
        });
    }

    @Test
    void knowsNoNodeThatIsNotThere() throws Exception {
        node(ID, "ready");
        for (var id : new String[] {"0000000099", "7", ID + "/lock", "../requests", ""}) {
            assertThat(admin.nodes().delete(id)).as(id).isFalse();
            assertThat(admin.nodes().hold(id)).as(id).isFalse();
            assertThat(admin.nodes().get(id)).as(id).isEmpty();
        }
    }

    @Test
    void doesNotWaitForEverForANodeInUse() throws Exception {
        node(ID, "in-use");
        get(locks().lock(Layout.nodeLock(ID), Locks.Directory.LAST_PART, LIMIT));
        assertThatThrownBy(() -> admin.nodes().delete(ID))
                .isInstanceOf(AdminException.class)
                .hasMessage("Timeout trying to acquire lock /nodepool/nodes/" + ID + "/lock");
        assertThat(admin.nodes().get(ID))
                .hasValueSatisfying(view -> assertThat(view.state()).isEqualTo("in-use"));
        assertThat(get(tree.children(Layout.nodeLock(ID)))).hasSize(1);
    }

    @Test
    void knowsNoNodeThatGoesAwayWhileItWaitsForTheLock() throws Exception {
        node(ID, "in-use");
        get(locks().lock(Layout.nodeLock(ID), Locks.Directory.LAST_PART, LIMIT));
        var order = CompletableFuture.supplyAsync(() -> admin.nodes().delete(ID));
        await().atMost(LIMIT)
                .until(() -> get(tree.children(Layout.nodeLock(ID))).size() == 2);
        // As launchers and Python do it when somebody waits for the lock.
        node(ID, "deleted");
        get(Removal.recursive(tree, Layout.node(ID)));
        assertThat(get(order)).isFalse();
        assertThat(get(tree.exists(Layout.node(ID)))).isEmpty();
    }
}
