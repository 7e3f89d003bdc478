package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.node;
import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.store.Refused.Why;
import dev.nodepool.internal.tree.MemoryTree.Call;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.RequestState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happened although nobody answered, and what others did before we could look. */
class LostAnswersTest {

    private final StoreFixture fixture = new StoreFixture();
    private final StoreFixture.Process ours = fixture.ours;
    private final StoreFixture.Process theirs = fixture.process("theirs");

    private Entry<Node> recorded(String token) {
        return now(create(token));
    }

    private CompletableFuture<Entry<Node>> create(String token) {
        var document = node(Map.of(Node.LAUNCH_TOKEN, token));
        return ours.stores.nodes().create("", document, NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL);
    }

    private Entry<NodeRequest> requested() {
        return now(request());
    }

    private CompletableFuture<Entry<NodeRequest>> request() {
        var order = new NodeRequest.Order(List.of("a"), "test", true, null, 0, null, "event");
        return ours.stores
                .requests()
                .create("200-", NodeRequest.ordered(order, 1.5), RequestEvent.SUBMIT, Mode.EPHEMERAL_SEQUENTIAL);
    }

    /** Takes the server away with the first call of a kind: after it has done it, or before. */
    private void loseWith(Predicate<Call> which, boolean withEffect) {
        if (withEffect) {
            ours.loseAfter = call -> lost(which, call);
        } else {
            ours.loseBefore = call -> lost(which, call);
        }
    }

    private boolean lost(Predicate<Call> which, Call call) {
        if (!which.test(call)) {
            return false;
        }
        ours.loseAfter = x -> false;
        ours.loseBefore = x -> false;
        fixture.server.suspend(ours.tree);
        return true;
    }

    private void back() {
        fixture.server.resume(ours.tree);
    }

    private void writeAsOther(String path, Map<String, Object> changes) {
        try {
            var document = Json.read(now(fixture.other.get(path)).data()).with(changes);
            now(fixture.other.set(path, Json.write(document), -1));
        } catch (Json.Unreadable e) {
            throw new AssertionError(e);
        }
    }

    private List<String> contenders(String dir) {
        return now(fixture.other.children(dir));
    }

    @Test
    void claimIsKnownEvenWhenOthersWroteIntoTheRecordBeforeWeCouldLook() {
        var id = recorded("t").id();
        writeAsOther(Layout.node(id), Map.of("comment", "w"));
        var entry = ours.nodes().get(id);
        loseWith(call -> call.name().equals("multi"), true);
        var claim = ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of());
        writeAsOther(Layout.node(entry.id()), Map.of("comment", "x"));
        back();
        var held = now(claim);
        assertThat(contenders(Layout.nodeLock(entry.id()))).hasSize(1);
        var after = now(ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of()));
        assertThat(after.record().doc().text("comment")).contains("x");
        now(ours.stores.nodes().release(after));
        assertThat(contenders(Layout.nodeLock(entry.id()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"multi", "exists"})
    void claimOfANodeThatWasNeverChangedSurvivesALostAnswer(String call) {
        var entry = recorded("t");
        loseWith(c -> c.name().equals(call), true);
        var claim = ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of());
        back();
        assertThat(now(claim).version()).isEqualTo(1);
        assertThat(contenders(Layout.nodeLock(entry.id()))).hasSize(1);
    }

    @Test
    void claimOfARequestWithdrawnMeanwhileLeavesNoContender() {
        var entry = requested();
        loseWith(call -> call.name().equals("multi"), true);
        var claim = ours.stores.requests().claim(entry, RequestEvent.ACCEPT, Map.of());
        now(fixture.other.delete(Layout.request(entry.id()), -1));
        back();
        var held = now(claim);
        var failing = ours.stores.requests().applyAndRelease(held, RequestEvent.DECLINE, Map.of());
        assertThatThrownBy(() -> now(failing))
                .satisfies(e -> assertThat(Refused.is(e, Why.GONE)).isTrue());
        assertThat(contenders(Layout.requestLock(entry.id()))).isEmpty();
    }

    @Test
    void endOfARequestIsKnownAlsoWhenTheRequestorHasRemovedItSince() {
        var held = now(ours.stores.requests().claim(requested(), RequestEvent.ACCEPT, Map.of()));
        loseWith(call -> call.name().equals("multi"), true);
        var end = ours.stores.requests().applyAndRelease(held, RequestEvent.FULFIL, Map.of());
        now(fixture.other.delete(Layout.request(held.id()), -1));
        back();
        now(end);
    }

    @Test
    void writeIsKnownAlsoWhenOthersWroteAfterIt() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        loseWith(call -> call.name().equals("multi"), true);
        var write = ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of());
        writeAsOther(Layout.node(held.id()), Map.of("comment", "x"));
        back();
        assertThat(now(write).record().state()).isEqualTo(NodeState.READY);
        assertThat(now(write).record().doc().text("comment")).contains("x");
        assertThat(now(write).version()).isEqualTo(held.version() + 2);
    }

    @Test
    void writeWhoseAnswerAndWhoseLookAreLostIsStillKnown() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        loseWith(call -> call.name().equals("multi"), true);
        var write = ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of());
        for (var name : List.of("sync", "get", "sync")) {
            loseWith(call -> call.name().equals(name), true);
            back();
            assertThat(write).isNotDone();
        }
        back();
        assertThat(now(write).version()).isEqualTo(held.version() + 1);
    }

    @Test
    void sessionLostAndReplacedDuringAWriteFailsItAndWritesNothingLater() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        loseWith(call -> call.name().equals("multi"), false);
        var write = ours.stores.nodes().apply(held, NodeEvent.LAUNCHED, Map.of());
        fixture.server.expire(ours.tree);
        back();
        assertThat(ours.stores.caughtUp()).isTrue();
        assertThat(TreeException.codeOf(failure(write))).isEqualTo(Code.SESSION_EXPIRED);
        assertThat(ours.nodes().get(held.id()).record().state()).isEqualTo(NodeState.BUILDING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void recordIsMadeOnceWhetherItsCreationWasLostOrOnlyTheAnswer(boolean withEffect) {
        recorded("before");
        loseWith(call -> call.name().equals("create"), withEffect);
        var creation = create("t");
        now(fixture.other.create(
                Layout.NODES + "/", Json.write(node(Map.of("state", "init"))), Mode.PERSISTENT_SEQUENTIAL));
        back();
        var entry = now(creation);
        assertThat(now(fixture.other.children(Layout.NODES))).hasSize(3).contains(entry.id());
        assertThat(ours.nodes().get(entry.id()).record().launchToken()).contains("t");
        assertThat(entry.version()).isZero();
    }

    @Test
    void requestOfALostAnswerIsFoundAlsoWhenALauncherHasTakenItSince() {
        loseWith(call -> call.name().equals("create"), true);
        var creation = request();
        var id = theirs.stores.requests().cache().all().iterator().next();
        now(theirs.stores.requests().claim(id, RequestEvent.ACCEPT, Map.of()));
        back();
        assertThat(now(creation).id()).isEqualTo(id.id());
        assertThat(now(creation).record().state()).isEqualTo(RequestState.PENDING);
        assertThat(now(fixture.other.children(Layout.REQUESTS))).hasSize(1);
    }

    @Test
    void changeThatFailedIsNotToldAsMadeAndLeavesNoLock() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        writeAsOther(Layout.node(held.id()), Map.of("state", "deleting"));
        var end = ours.stores.nodes().applyAndRelease(held, NodeEvent.LAUNCHED, Map.of());
        assertThat(Refused.is(failure(end), Why.STALE)).isTrue();
        assertThat(contenders(Layout.nodeLock(held.id()))).isEmpty();
    }

    @Test
    void nothingIsWrittenUnderALockThatWasTakenAwayByForce() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        now(fixture.other.delete(held.lock().contender(), -1));
        var write = ours.stores.nodes().update(held, Map.of("comment", "late"));
        assertThat(TreeException.codeOf(failure(write))).isEqualTo(Code.SESSION_EXPIRED);
        assertThat(ours.nodes().get(held.id()).record().doc().get("comment")).isNull();
    }

    @Test
    void recordRemovedUnderOurLockIsGone() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        now(Removal.recursive(fixture.other, Layout.node(held.id())));
        var write = ours.stores.nodes().update(held, Map.of("comment", "late"));
        assertThat(Refused.is(failure(write), Why.GONE)).isTrue();
    }

    @Test
    void recordTooLargeForTheServerIsRefusedInsteadOfSentForEver() {
        var held = now(ours.stores.nodes().claim(recorded("t"), NodeEvent.BUILD, Map.of()));
        var large = new HashMap<String, Object>(Map.of("driver_data", "x".repeat(1_100_000)));
        assertThat(TreeException.codeOf(failure(ours.stores.nodes().update(held, large))))
                .isEqualTo(Code.OTHER);
        now(ours.stores.nodes().update(held, Map.of("driver_data", new Document(Map.of()).fields())));
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((x, failure) -> failure).join();
    }
}
