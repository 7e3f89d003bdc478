package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.node;
import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a live copy may be believed: interruptions, answers that events have overtaken, listeners that fail. */
class LiveCopyTest {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final StoreFixture fixture = new StoreFixture();
    private final StoreFixture.Process ours = fixture.ours;

    private String foreign() {
        var doc = node(Map.of("state", "ready", "state_time", 1.5));
        return now(fixture.other.create(Layout.NODES + "/", Json.write(doc), Mode.PERSISTENT_SEQUENTIAL))
                .name();
    }

    @Test
    void nothingIsSettledDuringAnInterruption() {
        fixture.server.suspend(ours.tree);
        var settled = ours.nodes().settled();
        var came = foreign();
        assertThat(settled).isNotDone();
        var seen = settled.thenApply(x -> ours.nodes().get(came) != null);
        fixture.server.resume(ours.tree);
        assertThat(now(seen)).isTrue();
    }

    @Test
    void nothingIsSettledBeforeWhatOthersMadeIsRead() {
        ours.loseBefore = call -> {
            var lost = call.name().equals("get");
            if (lost) {
                fixture.server.suspend(ours.tree);
            }
            return lost;
        };
        foreign();
        assertThat(ours.nodes().settled()).isNotDone();
        ours.loseBefore = call -> false;
        var settled = ours.nodes().settled();
        fixture.server.resume(ours.tree);
        now(settled);
    }

    @Test
    void answerThatTheDeletionHasOvertakenBringsNoRecordBack() {
        var entry = now(ours.stores.nodes().create("", node(Map.of()), NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL));
        var written = now(fixture.other.get(Layout.node(entry.id())));
        ours.nodes().beginWrite(entry.id());
        now(fixture.other.delete(Layout.node(entry.id()), -1));
        ours.nodes().endWrite(entry.id(), written);
        assertThat(ours.nodes().get(entry.id())).isNull();
        assertThat(ours.nodes().mayExist(entry.id())).isFalse();
    }

    @Test
    void creationThatTheDeletionHasOvertakenBringsNoRecordBack() {
        var begun = ours.nodes().beginCreation();
        var id = foreign();
        var made = now(fixture.other.get(Layout.node(id)));
        now(fixture.other.delete(Layout.node(id), -1));
        ours.nodes().endCreation(begun, made);
        assertThat(ours.nodes().get(id)).isNull();
        assertThat(ours.nodes().mayExist(id)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answerFromBeforeAnInterruptionBringsNoRecordBack(boolean creation) {
        var id = foreign();
        var made = now(fixture.other.get(Layout.node(id)));
        var begun = ours.nodes().beginCreation();
        ours.nodes().beginWrite(id);
        fixture.server.suspend(ours.tree);
        now(fixture.other.delete(Layout.node(id), -1));
        fixture.server.resume(ours.tree);
        if (creation) {
            ours.nodes().endCreation(begun, made);
        } else {
            ours.nodes().endWrite(id, made);
        }
        assertThat(ours.nodes().get(id)).isNull();
    }

    @Test
    void changeOfOthersThatCameBeforeOurAnswerWasHandledIsRead() {
        var path = Layout.node(foreign());
        var first = Json.write(new Document(Map.of("state", "ready", "comment", "ours")));
        ours.nodes().beginWrite(Paths.name(path));
        var stat = now(fixture.other.set(path, first, -1));
        now(fixture.other.set(path, Json.write(new Document(Map.of("state", "ready", "comment", "theirs"))), -1));
        ours.nodes().endWrite(Paths.name(path), new Znode(path, first, stat));
        assertThat(ours.nodes().get(Paths.name(path)).record().doc().text("comment"))
                .contains("theirs");
    }

    @Test
    void listingThatAnEventHasOvertakenKeepsNoContender() {
        var contenders = new Contenders();
        contenders.beginWalk();
        contenders.beginListing("1");
        contenders.contender("1", "0123456789abcdef0123456789abcdef__lock__0000000000", false);
        var listed = List.of("0123456789abcdef0123456789abcdef__lock__0000000000");
        assertThat(contenders.listed("1", true, listed)).isFalse();
        contenders.beginListing("1");
        assertThat(contenders.listed("1", true, List.of())).isTrue();
        assertThat(contenders.locked("1")).isFalse();
    }

    @Test
    void recordMadeAgainDuringAnInterruptionIsNotHeldByWhoHeldTheOneBefore() {
        var id = foreign();
        now(fixture.other.create(Layout.nodeLock(id), new byte[0], Mode.PERSISTENT));
        var contender = Layout.nodeLock(id) + "/0123456789abcdef0123456789abcdef__lock__0000000000";
        now(fixture.other.create(contender, new byte[0], Mode.EPHEMERAL));
        assertThat(ours.nodes().locked(id)).isTrue();
        fixture.server.suspend(ours.tree);
        now(Removal.recursive(fixture.other, Layout.node(id)));
        fixture.server.resume(ours.tree);
        assertThat(ours.nodes().locked(id)).isFalse();
        assertThat(ours.nodes().lockDirectories()).isEmpty();
        now(fixture.other.ensure(Layout.nodeLock(id)));
        assertThat(ours.nodes().locked(id)).isFalse();
    }

    @Test
    void directoryMadeAgainHasNoContender() {
        var contenders = new Contenders();
        contenders.contender("1", "0123456789abcdef0123456789abcdef__lock__0000000000", true);
        contenders.directory("1", true);
        assertThat(contenders.locked("1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {Layout.NODES, Layout.REQUESTS, Layout.REQUEST_LOCKS, Layout.IMAGES, Layout.LAUNCHERS})
    void copyIsNotWholeBeforeItsWatchIsInPlace(String root) {
        var refused = new AtomicInteger();
        var late = fixture.process(
                "late",
                call -> call.name().equals("watch") && call.path().equals(root) && refused.getAndIncrement() < 2);
        assertThat(late.stores.caughtUp()).isFalse();
        fixture.time.advance(RETRY);
        assertThat(late.stores.caughtUp()).isFalse();
        fixture.time.advance(RETRY);
        assertThat(late.stores.caughtUp()).isTrue();
        var came = foreign();
        assertThat(late.nodes().get(came)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {Layout.NODES, Layout.REQUESTS, Layout.REQUEST_LOCKS, Layout.IMAGES, Layout.POOL_COMPONENTS})
    void copyIsNotWholeWhenItsListingWasLost(String root) {
        var once = new AtomicBoolean(true);
        var late = fixture.process(
                "late", call -> call.name().equals("children") && call.path().equals(root) && once.getAndSet(false));
        assertThat(late.stores.caughtUp()).isFalse();
        fixture.time.advance(RETRY);
        assertThat(late.stores.caughtUp()).isTrue();
    }

    @Test
    void copyIsNotWholeWhileItIsUnknownWhoHoldsALock() {
        var id = foreign();
        now(fixture.other.create(Layout.nodeLock(id), new byte[0], Mode.PERSISTENT));
        now(fixture.other.create(
                Layout.nodeLock(id) + "/0123456789abcdef0123456789abcdef__lock__",
                new byte[0],
                Mode.EPHEMERAL_SEQUENTIAL));
        var once = new AtomicBoolean(true);
        var late = fixture.process("late", call -> call.path().equals(Layout.nodeLock(id)) && once.getAndSet(false));
        assertThat(late.stores.caughtUp()).isFalse();
        fixture.time.advance(RETRY);
        assertThat(late.stores.caughtUp()).isTrue();
        assertThat(late.nodes().locked(id)).isTrue();
    }

    @Test
    void rootsAreMadeWhenTheFirstAttemptWasLost() {
        var once = new AtomicBoolean(true);
        var late = fixture.process("late", call -> call.name().equals("exists") && once.getAndSet(false));
        assertThat(late.stores.caughtUp()).isFalse();
        fixture.time.advance(RETRY);
        assertThat(late.stores.caughtUp()).isTrue();
    }

    @Test
    void listenerThatThrowsBreaksNeitherWritesNorReadsNorOthers() {
        var told = new ArrayList<String>();
        ours.nodes().listen(new RecordCache.Listener<>() {
            @Override
            public void changed(String id, Entry<Node> before, Entry<Node> after) {
                throw new IllegalStateException("broken listener");
            }

            @Override
            public void lockChanged(String id, boolean locked) {
                throw new IllegalStateException("broken listener");
            }
        });
        ours.nodes().listen(new RecordCache.Listener<>() {
            @Override
            public void changed(String id, Entry<Node> before, Entry<Node> after) {
                told.add(id);
            }
        });
        var entry = now(ours.stores.nodes().create("", node(Map.of()), NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL));
        var held = now(ours.stores.nodes().claim(entry, NodeEvent.BUILD, Map.of()));
        now(ours.stores.nodes().applyAndRelease(held, NodeEvent.LAUNCHED, Map.of()));
        now(fixture.other.set(Layout.node(entry.id()), Json.write(new Document(Map.of("state", "used"))), -1));
        now(ours.nodes().settled());
        assertThat(ours.nodes().get(entry.id()).record().doc().text("state")).contains("used");
        assertThat(ours.nodes().locked(entry.id())).isFalse();
        assertThat(told).hasSize(4);
        assertThat(ours.stores.loop().failures()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void listenersOfTheStoresThatThrowKeepNothingFromOthers() {
        var told = new ArrayList<String>();
        for (var when : List.<java.util.function.Consumer<Runnable>>of(
                ours.stores::onCaughtUp, ours.stores::onConnected, ours.stores::onLost, ours.stores::onDocuments)) {
            when.accept(() -> {
                throw new IllegalStateException("broken listener");
            });
        }
        ours.stores.onCaughtUp(() -> told.add("caught up"));
        ours.stores.onConnected(() -> told.add("connected"));
        ours.stores.onLost(() -> told.add("lost"));
        fixture.server.expire(ours.tree);
        assertThat(told).containsExactly("lost", "connected", "caught up");
        assertThat(ours.stores.caughtUp()).isTrue();
    }

    @Test
    void registrationThatWentWhileItWasReadDoesNotComeBack() {
        now(fixture.other.ensure(Layout.POOL_COMPONENTS));
        var cache = new ArrayList<Znode>();
        ours.loseBefore = call -> {
            if (call.name().equals("get") && call.path().startsWith(Layout.POOL_COMPONENTS) && cache.isEmpty()) {
                cache.add(null);
                fixture.other.delete(call.path(), -1);
            }
            return false;
        };
        now(fixture.other.create(
                Layout.POOL_COMPONENTS + "/h",
                Json.write(new Document(Map.of("id", "x"))),
                Mode.PERSISTENT_SEQUENTIAL));
        assertThat(ours.stores.registry().pools()).isEmpty();
        assertThat(cache).hasSize(1);
    }

    @Test
    void oddRecordsOfAllKindsAreCountedForPeopleToSee() {
        now(fixture.other.ensure(Layout.POOL_COMPONENTS));
        now(fixture.other.ensure(Layout.LAUNCHERS));
        for (var path : List.of(
                Layout.NODES + "/",
                Layout.REQUESTS + "/odd",
                Layout.POOL_COMPONENTS + "/h",
                Layout.LAUNCHERS + "/h",
                Layout.NODES + "/name-")) {
            now(fixture.other.create(path, new byte[] {(byte) 0xff, '{'}, Mode.PERSISTENT_SEQUENTIAL));
        }
        var image = Layout.IMAGES + "/i/builds/b/providers/p/images";
        now(fixture.other.ensure(image));
        now(fixture.other.create(image + "/0000000001", new byte[0], Mode.PERSISTENT));
        assertThat(ours.stores.oddRecords()).isEqualTo(6);
        fixture.server.suspend(ours.tree);
        fixture.server.resume(ours.tree);
        assertThat(ours.stores.oddRecords()).isEqualTo(6);
    }
}
