package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.node;
import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCacheTest {

    private final StoreFixture fixture = new StoreFixture();
    private final StoreFixture.Process ours = fixture.ours;

    private String foreign(Map<String, ?> fields) {
        var doc = node(fields).with("state", "ready").with("state_time", 1.5);
        return now(fixture.other.create(Layout.NODES + "/", Json.write(doc), Mode.PERSISTENT_SEQUENTIAL))
                .name();
    }

    @Test
    void knowsWhatWasThereBeforeAndWhatComesLater() {
        var before = foreign(Map.of());
        var late = fixture.process("late");
        assertThat(late.stores.caughtUp()).isTrue();
        assertThat(late.nodes().get(before)).isNotNull();
        var after = foreign(Map.of());
        assertThat(late.nodes().get(after).record().state()).isEqualTo(NodeState.READY);
        now(fixture.other.delete(Layout.node(before), -1));
        assertThat(late.nodes().get(before)).isNull();
    }

    @Test
    void decidesNothingWhileSuspendedAndIsWholeAgainAfterwards() {
        var gone = foreign(Map.of());
        fixture.server.suspend(ours.tree);
        assertThat(ours.stores.caughtUp()).isFalse();
        now(fixture.other.delete(Layout.node(gone), -1));
        var came = foreign(Map.of());
        fixture.server.resume(ours.tree);
        assertThat(ours.stores.caughtUp()).isTrue();
        assertThat(ours.nodes().get(gone)).isNull();
        assertThat(ours.nodes().get(came)).isNotNull();
    }

    /** Who looks at {@link RecordCache#mayExist} while a failed write is looked into has to hear of the end of that. */
    @Test
    void tellsThatARecordIsGoneAlsoWhenAWriteOfOursPutThatInDoubtAgain() {
        var id = foreign(Map.of());
        var told = new ArrayList<Boolean>();
        ours.nodes().listen(new RecordCache.Listener<>() {
            @Override
            public void changed(String changed, Entry<Node> before, Entry<Node> after) {
                told.add(ours.nodes().mayExist(changed));
            }
        });
        ours.nodes().beginWrite(id);
        now(fixture.other.delete(Layout.node(id), -1));
        ours.nodes().endWrite(id, null);

        assertThat(told).last().isEqualTo(false);
        assertThat(told).hasSize(2);
        assertThat(ours.nodes().mayExist(id)).isFalse();
    }

    @Test
    void followsANewSession() {
        fixture.server.expire(ours.tree);
        assertThat(ours.stores.caughtUp()).isTrue();
        var came = foreign(Map.of());
        assertThat(ours.nodes().get(came)).isNotNull();
    }

    @Test
    void readsNothingAfterOurOwnWritesAndOnceAfterEachForeignOne() {
        ours.calls.clear();
        var entry = now(ours.stores.nodes().create("", node(Map.of()), NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL));
        var held = now(ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of()));
        assertThat(ours.calls).extracting(c -> c.name()).doesNotContain("get", "children");
        assertThat(ours.nodes().get(entry.id()).record().state()).isEqualTo(NodeState.BUILDING);
        ours.calls.clear();
        now(fixture.other.set(
                Layout.node(entry.id()), Json.write(held.record().doc().with("comment", "x")), -1));
        assertThat(ours.calls).extracting(c -> c.name()).containsExactly("get");
        assertThat(ours.nodes().get(entry.id()).record().doc().text("comment")).contains("x");
    }

    @Test
    void knowsContendersFromEventsAlone() {
        var id = foreign(Map.of());
        ours.calls.clear();
        now(fixture.other.create(Layout.nodeLock(id), new byte[0], Mode.PERSISTENT));
        var contender = now(fixture.other.create(
                Layout.nodeLock(id) + "/0123456789abcdef0123456789abcdef__lock__",
                new byte[0],
                Mode.EPHEMERAL_SEQUENTIAL));
        assertThat(ours.nodes().locked(id)).isTrue();
        now(fixture.other.delete(contender.path(), -1));
        assertThat(ours.nodes().locked(id)).isFalse();
        assertThat(ours.calls).isEmpty();
    }

    @Test
    void whoeverIsToldOfAChangeSeesARecordThatIsUpToDate() {
        var doubts = new ArrayList<Boolean>();
        ours.nodes().listen(new RecordCache.Listener<>() {
            @Override
            public void changed(String id, Entry<Node> before, Entry<Node> after) {
                doubts.add(ours.nodes().outdated(id));
            }
        });
        var id = foreign(Map.of());
        now(fixture.other.set(Layout.node(id), Json.write(new Document(Map.of("state", "used"))), -1));
        assertThat(doubts).isNotEmpty().endsWith(false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "null", "[1]", "7", "{}", "{\"state\": 5}", "{\"state\":\"ready\",\"host_keys\":\"x\"}"
            })
    void oddContentIsCountedOnceAndStopsNothing(String content) {
        var odd = now(fixture.other.create(
                        Layout.NODES + "/", content.getBytes(StandardCharsets.UTF_8), Mode.PERSISTENT_SEQUENTIAL))
                .name();
        now(fixture.other.set(Layout.node(odd), content.getBytes(StandardCharsets.UTF_8), -1));
        assertThat(ours.nodes().get(odd).readable()).isEmpty();
        assertThat(ours.nodes().oddRecords()).isEqualTo(1);
        var good = foreign(Map.of());
        assertThat(ours.nodes().get(good).readable()).isPresent();
    }

    @Test
    void readsWhatPythonWrites() throws Exception {
        var doc = Json.read("""
                {"state": "hold", "state_time": 1795349920, "type": "label", "connection_port": {"host": "h"},
                 "hold_expiration": "12", "resources": {"cores": 4.0, "ram": Infinity}, "comment": "\\u00fc",
                 "quota": NaN, "username": null}
                """.getBytes(StandardCharsets.UTF_8));
        var node = new Node("0000000000", doc);
        assertThat(node.labels()).isEqualTo(List.of("label"));
        assertThat(node.stateTime()).isEqualTo(1795349920.0);
        assertThat(node.port()).isEqualTo(22);
        assertThat(node.username()).isNull();
        assertThat(doc.text("comment")).contains("ü");
        assertThat(Json.read(Json.write(doc))).isEqualTo(doc);
    }
}
