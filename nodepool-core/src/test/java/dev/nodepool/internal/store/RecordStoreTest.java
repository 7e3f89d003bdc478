package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.node;
import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.internal.lifecycle.IllegalTransitionException;
import dev.nodepool.internal.lifecycle.Lifecycle;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.store.Refused.Why;
import dev.nodepool.internal.tree.MemoryTree.Call;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordStoreTest {

    private final StoreFixture fixture = new StoreFixture();
    private final StoreFixture.Process ours = fixture.ours;

    private Entry<Node> recorded() {
        return now(ours.stores.nodes().create("", node(Map.of()), NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL));
    }

    private Held<Node> built() {
        return now(ours.stores.nodes().claim(recorded(), NodeEvent.BUILD, Map.of()));
    }

    private Node read(String id) throws Json.Unreadable {
        return new Node(id, Json.read(now(fixture.other.get(Layout.node(id))).data()));
    }

    @Test
    void wholeLifeOfANodeCostsOnePacketAStepButForTheFirstClaim() {
        ours.calls.clear();
        var held = built();
        held = now(ours.stores.nodes().update(held, Map.of(Node.EXTERNAL_ID, "x")));
        held = now(ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of()));
        now(ours.stores.nodes().applyAndRelease(held, NodeEvent.RETURN, Map.of()));
        var again = now(ours.stores.nodes().claim(ours.nodes().get(held.id()), NodeEvent.DELETE, Map.of()));
        now(ours.stores.nodes().remove(again, NodeEvent.GONE));
        assertThat(ours.calls)
                .extracting(Call::name)
                .containsExactly("create", "multi", "exists", "multi", "multi", "multi", "multi", "multi", "multi");
        assertThat(ours.nodes().all()).isEmpty();
        assertThat(now(fixture.other.children(Layout.NODES))).isEmpty();
    }

    @Test
    @Behaviour("Z48")
    void onlyOneOfTwoClaimsTheSameRecord() {
        var entry = recorded();
        var other = fixture.process("theirs");
        var theirs = other.nodes().get(entry.id());
        now(ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of()));
        assertThat(other.stores.nodes().claim(theirs, NodeEvent.BUILD, Map.of()))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(Refused.class);
    }

    @Test
    void doesNotClaimWhatAKazooClientHasLocked() {
        var entry = recorded();
        now(fixture.other.create(Layout.nodeLock(entry.id()), new byte[0], Mode.PERSISTENT));
        now(fixture.other.create(
                Layout.nodeLock(entry.id()) + "/0123456789abcdef0123456789abcdef__lock__",
                new byte[0],
                Mode.EPHEMERAL_SEQUENTIAL));
        assertRefused(Why.LOCKED, () -> now(ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of())));
    }

    @Test
    void claimsAmongForeignNamesInTheLockDirectory() {
        var entry = recorded();
        now(fixture.other.create(Layout.nodeLock(entry.id()), new byte[0], Mode.PERSISTENT));
        now(fixture.other.create(Layout.nodeLock(entry.id()) + "/somebody", new byte[0], Mode.PERSISTENT));
        var held = now(ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of()));
        assertThat(held.record().state()).isEqualTo(NodeState.BUILDING);
        now(ours.stores.nodes().release(held));
        assertThat(now(fixture.other.children(Layout.nodeLock(entry.id())))).containsExactly("somebody");
    }

    @Test
    void refusesWhatHasChangedOrGone() {
        var changed = recorded();
        now(fixture.other.set(
                Layout.node(changed.id()), Json.write(changed.record().doc()), -1));
        assertRefused(Why.STALE, () -> now(ours.stores.nodes().claim(changed, NodeEvent.BUILD, Map.of())));
        var gone = recorded();
        now(fixture.other.delete(Layout.node(gone.id()), -1));
        assertRefused(Why.GONE, () -> now(ours.stores.nodes().claim(gone, NodeEvent.BUILD, Map.of())));
    }

    /** Its lock is taken by a kazoo client at the moment it is removed: kazoo makes the whole path, an empty record too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void recordThatWasRemovedDoesNotComeBackInTheEmptyOneOfAKazooLock(boolean foreignName) {
        var entry = recorded();
        now(fixture.other.delete(Layout.node(entry.id()), -1));
        now(fixture.other.ensure(Layout.nodeLock(entry.id())));
        if (foreignName) {
            now(fixture.other.create(Layout.nodeLock(entry.id()) + "/x", new byte[0], Mode.EPHEMERAL));
        }
        assertRefused(Why.GONE, () -> now(ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of())));
        assertRefused(Why.GONE, () -> now(ours.stores.nodes().applyUnlocked(entry, NodeEvent.BUILD, Map.of())));
        var there = now(fixture.other.get(Layout.node(entry.id())));
        assertThat(there.data()).isEmpty();
        assertThat(there.stat().version())
                .as("never written, not even for a moment")
                .isZero();
        assertThat(now(fixture.other.children(Layout.nodeLock(entry.id()))))
                .as("contenders of ours")
                .isEqualTo(foreignName ? List.of("x") : List.of());
    }

    @Test
    void illegalEventRaisesAndWritesNothing() throws Exception {
        var held = built();
        assertThatThrownBy(() -> ours.stores.nodes().apply(held, NodeEvent.USE, Map.of()))
                .isInstanceOf(IllegalTransitionException.class);
        assertThat(read(held.id()).state()).isEqualTo(NodeState.BUILDING);
    }

    @Test
    void keepsUnknownFieldsAndTheDifferenceOfNullAndAbsent() throws Exception {
        var held = built();
        var doc = held.record().doc().with("from_the_future", Map.of("x", 1)).with("comment", null);
        var without = new LinkedHashMap<>(doc.fields());
        without.remove("slot");
        now(fixture.other.set(Layout.node(held.id()), Json.write(new Document(without)), -1));
        now(ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of()));
        var after = read(held.id()).doc();
        assertThat(after.get("from_the_future")).isEqualTo(Map.of("x", 1));
        assertThat(after.has("comment")).isTrue();
        assertThat(after.has("slot")).isFalse();
        assertThat(after.text("state")).contains("ready");
    }

    @Test
    void lostAnswerOfAWriteThatHappenedCountsAsSuccess() throws Exception {
        var held = built();
        var once = new AtomicBoolean(true);
        ours.loseAfter = call -> call.name().equals("multi") && once.getAndSet(false);
        var write = ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of());
        fixture.server.suspend(ours.tree);
        fixture.server.resume(ours.tree);
        assertThat(now(write).version()).isEqualTo(held.version() + 1);
        assertThat(read(held.id()).state()).isEqualTo(NodeState.READY);
    }

    @Test
    void lostWriteThatDidNotHappenIsSentAgain() throws Exception {
        var held = built();
        var once = new AtomicBoolean(true);
        ours.loseBefore = call -> call.name().equals("multi") && once.getAndSet(false);
        var write = ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of());
        fixture.server.suspend(ours.tree);
        fixture.server.resume(ours.tree);
        assertThat(now(write).record().state()).isEqualTo(NodeState.READY);
        assertThat(read(held.id()).state()).isEqualTo(NodeState.READY);
    }

    @Test
    void handleOfALostSessionWritesNothing() throws Exception {
        var held = built();
        fixture.server.expire(ours.tree);
        var write = ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of());
        assertThatThrownBy(() -> now(write))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TreeException.class);
        assertThat(read(held.id()).state()).isEqualTo(NodeState.BUILDING);
    }

    @Test
    void handleOfALostSessionRemovesNothing() throws Exception {
        var held = now(ours.stores.nodes().apply(built(), NodeEvent.DELETE, Map.of()));
        fixture.server.expire(ours.tree);
        assertThatThrownBy(() -> now(ours.stores.nodes().remove(held, NodeEvent.GONE)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TreeException.class);
        assertThat(read(held.id()).state()).isEqualTo(NodeState.DELETING);
    }

    @Test
    void removalSucceedsWhileAnotherWaitsForTheLock() {
        var held = now(ours.stores.nodes().apply(built(), NodeEvent.DELETE, Map.of()));
        now(fixture.other.create(
                Layout.nodeLock(held.id()) + "/ffffffffffffffffffffffffffffffff__lock__",
                new byte[0],
                Mode.EPHEMERAL_SEQUENTIAL));
        now(ours.stores.nodes().remove(held, NodeEvent.GONE));
        assertThat(now(fixture.other.children(Layout.NODES))).isEmpty();
    }

    @Test
    @Behaviour("Z51")
    void newNodeGetsAnIdAndIsReadBackAsItWas() throws Exception {
        var made = recorded();
        assertThat(made.id()).isEqualTo("0000000000");
        assertThat(read(made.id())).isEqualTo(made.record());
        assertThat(ours.nodes().get(made.id()).record()).isEqualTo(made.record());
    }

    @Test
    @Behaviour("Z52")
    void changedNodeIsReadBackAsItWasWritten() throws Exception {
        var held = now(ours.stores.nodes().update(built(), Map.of(Node.EXTERNAL_ID, "x", Node.AZ, "az1")));
        assertThat(held.record().az()).isEqualTo("az1");
        assertThat(read(held.id())).isEqualTo(held.record());
        assertThat(ours.nodes().get(held.id()).record()).isEqualTo(held.record());
    }

    @Test
    @Behaviour("Z49")
    void heldRecordKnowsItsLockWhichGoesWithTheRelease() {
        var held = built();
        assertThat(now(fixture.other.children(Layout.nodeLock(held.id()))))
                .containsExactly(Paths.name(held.lock().contender()));
        assertThat(held.lock().dir()).isEqualTo(Layout.nodeLock(held.id()));
        assertThat(ours.nodes().locked(held.id())).isTrue();
        now(ours.stores.nodes().release(held));
        assertThat(now(fixture.other.children(Layout.nodeLock(held.id())))).isEmpty();
        assertThat(ours.nodes().locked(held.id())).isFalse();
    }

    @Test
    @Behaviour("Z56")
    void removedNodeIsGoneWithItsLock() {
        var held = now(ours.stores.nodes().apply(built(), NodeEvent.DELETE, Map.of()));
        assertThat(now(fixture.other.exists(held.lock().contender()))).isPresent();
        now(ours.stores.nodes().remove(held, NodeEvent.GONE));
        assertThat(now(fixture.other.exists(Layout.nodeLock(held.id())))).isEmpty();
        assertThat(now(fixture.other.exists(Layout.node(held.id())))).isEmpty();
    }

    @Test
    @Behaviour("Z67")
    void unknownStateIsNeverWrittenAndWhatHasItIsLeftToPeople() throws Exception {
        for (var state : NodeState.values()) {
            for (var event : NodeEvent.values()) {
                if (Lifecycle.NODE.allows(state, event)) {
                    assertThat(Lifecycle.NODE.next(state, event)).isNotEqualTo(NodeState.UNKNOWN);
                }
            }
        }
        var id = recorded().id();
        now(fixture.other.set(Layout.node(id), Json.write(node(Map.of("state", "from-the-future"))), -1));
        var odd = ours.nodes().get(id);
        EnumSet.complementOf(EnumSet.of(NodeEvent.DELETE, NodeEvent.HOLD))
                .forEach(event ->
                        assertRefused(Why.STALE, () -> now(ours.stores.nodes().claim(odd, event, Map.of()))));
        assertThat(read(id).doc().text("state")).contains("from-the-future");
    }

    private static void assertRefused(Why why, ThrowingCallable call) {
        assertThatThrownBy(call).satisfies(e -> assertThat(Refused.is(e, why)).isTrue());
    }
}
