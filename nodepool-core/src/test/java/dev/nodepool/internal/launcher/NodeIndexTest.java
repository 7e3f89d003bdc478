package dev.nodepool.internal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.MemoryServer;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Document;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeIndexTest {

    private final ManualTime time = new ManualTime();
    private final MemoryServer server = MemoryServer.inline(() -> time.instant().toEpochMilli());
    private final Tree user = server.open();
    private final Stores stores =
            new Stores(server.open(), new Loop("test", Runnable::run), new Threads(time, Runnable::run, time), "test");
    private final NodeIndex index = new NodeIndex(stores.nodes().cache(), new Ledger());

    @BeforeEach
    void follows() {
        stores.start();
    }

    private String node(String state, int since, String... labels) {
        var doc = new Document(
                Map.of("state", state, "state_time", since, "provider", "p", "pool", "main", "type", List.of(labels)));
        return user.create(Layout.NODES + "/", Json.write(doc), Tree.Mode.PERSISTENT_SEQUENTIAL)
                .join()
                .name();
    }

    private List<String> ready(String label) {
        var ids = new ArrayList<String>();
        index.ready("p", "main").of(label).forEachRemaining((ReadyNode n) -> ids.add(n.id()));
        return ids;
    }

    @Test
    @Behaviour("Z57")
    void readyNodesAreFoundByTheirLabelOldestFirst() {
        var young = node("ready", 5, "a");
        var old = node("ready", 4, "a");
        node("building", 1, "a");
        node("in-use", 1, "b");
        var other = node("ready", 1, "b");
        assertThat(ready("a")).containsExactly(old, young);
        assertThat(ready("b")).containsExactly(other);
        assertThat(ready("c")).isEmpty();
    }

    @Test
    @Behaviour("Z58")
    void nodeOfSeveralLabelsIsFoundUnderEach() {
        var both = node("ready", 1, "a", "b");
        var one = node("ready", 2, "b");
        assertThat(ready("a")).containsExactly(both);
        assertThat(ready("b")).containsExactly(both, one);
        user.set(Layout.node(both), Json.write(new Document(Map.of("state", "used"))), -1)
                .join();
        assertThat(ready("a")).isEmpty();
        assertThat(ready("b")).containsExactly(one);
    }
}
