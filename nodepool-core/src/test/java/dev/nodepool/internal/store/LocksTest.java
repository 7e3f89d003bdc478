package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the protocol demands of a lock, one demand a test. */
class LocksTest {

    private static final String DIR = "/nodepool/nodes/0000000000/lock";
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String KAZOO = DIR + "/0123456789abcdef0123456789abcdef__lock__";

    private final StoreFixture fixture = new StoreFixture();
    private final StoreFixture.Process ours = fixture.ours;
    private final StoreFixture.Process theirs = fixture.process("theirs");

    @BeforeEach
    void nodeExists() {
        now(fixture.other.create(
                "/nodepool/nodes/0000000000", Json.write(new Document(Map.of("state", "ready"))), Mode.PERSISTENT));
        ours.calls.clear();
    }

    private CompletableFuture<LockHandle> waitsFor(StoreFixture.Process who) {
        return who.stores.locks().lock(DIR, Directory.LAST_PART, LONG);
    }

    private LockHandle taken(StoreFixture.Process who) {
        return now(who.stores.locks().tryLock(DIR, Directory.LAST_PART)).orElseThrow();
    }

    private String kazoo() {
        return now(fixture.other.create(KAZOO, new byte[0], Mode.EPHEMERAL_SEQUENTIAL))
                .path();
    }

    private List<String> contenders() {
        return now(fixture.other.children(DIR));
    }

    private static Code failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return TreeException.codeOf(future.handle((x, failure) -> failure).join());
    }

    @Test
    void contenderIsNamedAsKazooNamesIt() {
        taken(ours);
        assertThat(contenders()).singleElement().asString().matches("[0-9a-f]{32}__lock__\\d{10}");
    }

    @Test
    void contenderLivesWithTheSessionAndTellsWhoItIs() {
        var handle = taken(ours);
        var znode = now(fixture.other.get(handle.contender()));
        assertThat(znode.data()).asString().isEqualTo("ours");
        assertThat(znode.stat().ephemeralOwner())
                .isEqualTo(handle.session())
                .isEqualTo(ours.tree.session().id());
    }

    @Test
    void lowestNumberHoldsWhateverTheNameBefore() {
        taken(theirs);
        var first = waitsFor(ours);
        var second = waitsFor(theirs);
        assertThat(first).isNotDone();
        now(fixture.other.delete(DIR + "/" + lowest(), -1));
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
    }

    private String lowest() {
        return contenders().stream()
                .min((a, b) -> a.substring(a.length() - 10).compareTo(b.substring(b.length() - 10)))
                .orElseThrow();
    }

    @Test
    void childrenThatAreNoContendersCountForNothing() {
        now(fixture.other.create(DIR, new byte[0], Mode.PERSISTENT));
        for (var name : List.of("x", "__lock__", "__lock__12", "__lock__0000000000x", "_c_x-lock-0000000000")) {
            now(fixture.other.create(DIR + "/" + name, new byte[0], Mode.PERSISTENT));
        }
        assertThat(taken(ours)).isNotNull();
    }

    @Test
    void contendersOfOtherMakesCount() {
        now(fixture.other.create(DIR, new byte[0], Mode.PERSISTENT));
        now(fixture.other.create(DIR + "/_c_f00-anything__lock__", new byte[0], Mode.PERSISTENT_SEQUENTIAL));
        assertThat(now(ours.stores.locks().tryLock(DIR, Directory.LAST_PART))).isEmpty();
    }

    @Test
    void waitsForTheOneJustBeforeByReadingItNotByListingEachChange() {
        taken(theirs);
        var before = kazoo();
        waitsFor(ours);
        assertThat(ours.calls).extracting(c -> c.name() + " " + c.path()).endsWith("children " + DIR, "get " + before);
        ours.calls.clear();
        now(fixture.other.delete(DIR + "/" + lowest(), -1));
        assertThat(ours.calls).isEmpty();
        now(fixture.other.delete(before, -1));
        assertThat(ours.calls).extracting(c -> c.name()).containsExactly("children");
    }

    @Test
    void predecessorThatGoesBetweenListingAndReadingIsNotWaitedFor() {
        var before = taken(theirs);
        ours.loseBefore = call -> {
            if (call.name().equals("get")) {
                theirs.stores.locks().release(before);
            }
            return false;
        };
        assertThat(waitsFor(ours)).isCompleted();
    }

    @Test
    @Behaviour("Z48")
    void refusalLeavesNothingBehind() {
        var holder = taken(theirs);
        assertThat(now(ours.stores.locks().tryLock(DIR, Directory.LAST_PART))).isEmpty();
        assertThat(contenders()).containsExactly(name(holder));
    }

    @Test
    void timeOutLeavesNothingBehind() {
        var holder = taken(theirs);
        var waiting = waitsFor(ours);
        fixture.time.advance(LONG);
        assertThat(waiting).isCompletedExceptionally();
        assertThat(waiting.handle((x, failure) -> failure).join()).isInstanceOf(TimeoutException.class);
        assertThat(contenders()).containsExactly(name(holder));
        assertThat(fixture.time.waiting()).isZero();
    }

    @Test
    void cancellingGivesUpThePlaceInTheQueue() {
        var holder = taken(theirs);
        var waiting = waitsFor(ours);
        waiting.cancel(true);
        assertThat(contenders()).containsExactly(name(holder));
        now(theirs.stores.locks().release(holder));
        assertThat(contenders()).isEmpty();
        assertThat(fixture.time.waiting()).isZero();
    }

    @Test
    void timeOutWhileTheContenderIsStillBeingMadeLeavesNothingBehind() {
        var holder = taken(theirs);
        var waiting = new CompletableFuture<CompletableFuture<LockHandle>>();
        ours.loseAfter = call -> {
            if (call.name().equals("create")) {
                fixture.time.advance(LONG);
            }
            return false;
        };
        waiting.complete(waitsFor(ours));
        assertThat(waiting.join()).isCompletedExceptionally();
        assertThat(contenders()).containsExactly(name(holder));
    }

    @Test
    void onlyTheLastPartOfADirectoryIsMade() {
        now(fixture.other.delete("/nodepool/nodes/0000000000", -1));
        assertThat(failure(ours.stores.locks().tryLock(DIR, Directory.LAST_PART)))
                .isEqualTo(Code.NO_NODE);
        assertThat(failure(waitsFor(ours))).isEqualTo(Code.NO_NODE);
        assertThat(now(fixture.other.children("/nodepool/nodes"))).isEmpty();
    }

    @Test
    void parentsAreMadeWhereTheLockProtectsNothingAbove() {
        var handle = now(ours.stores.locks().tryLock("/nodepool/elections/stats", Directory.WITH_PARENTS));
        assertThat(handle).isPresent();
        assertThat(now(fixture.other.get("/nodepool/elections/stats")).stat().ephemeralOwner())
                .isZero();
    }

    @Test
    void directoryThatIsRemovedWhileEnteringIsMadeAgain() {
        var left = new int[] {1};
        ours.loseBefore = call -> {
            if (call.path().startsWith(DIR + "/") && left[0]-- == 0) {
                fixture.other.delete(DIR, -1);
            }
            return false;
        };
        now(ours.stores.locks().tryLock(DIR, Directory.LAST_PART)).orElseThrow();
    }

    @Test
    void ownContenderThatIsMissingMeansThatTheLockIsLost() {
        taken(theirs);
        var waiting = waitsFor(ours);
        contenders().stream()
                .filter(n -> !n.equals(lowest()))
                .forEach(n -> now(fixture.other.delete(DIR + "/" + n, -1)));
        now(fixture.other.delete(DIR + "/" + lowest(), -1));
        assertThat(failure(waiting)).isEqualTo(Code.SESSION_EXPIRED);
        assertThat(contenders()).isEmpty();
    }

    @Test
    void handleIsInvalidForGoodOnceItsSessionIsLost() {
        var handle = taken(ours);
        fixture.server.suspend(ours.tree);
        assertThat(handle.valid(ours.tree.session())).isTrue();
        fixture.server.expire(ours.tree);
        assertThat(handle.valid(ours.tree.session())).isFalse();
        fixture.server.resume(ours.tree);
        assertThat(ours.tree.session().connected()).isTrue();
        assertThat(handle.valid(ours.tree.session())).isFalse();
    }

    @Test
    void waitingEndsWithTheSession() {
        taken(theirs);
        var waiting = waitsFor(ours);
        fixture.server.expire(ours.tree);
        assertThat(failure(waiting)).isEqualTo(Code.SESSION_EXPIRED);
        assertThat(contenders()).hasSize(1);
    }

    @Test
    void waitingSurvivesAnInterruption() {
        var holder = taken(theirs);
        var waiting = waitsFor(ours);
        fixture.server.suspend(ours.tree);
        now(theirs.stores.locks().release(holder));
        assertThat(waiting).isNotDone();
        fixture.server.resume(ours.tree);
        assertThat(waiting).isCompleted();
    }

    @Test
    void releaseMayBeRepeatedAndComeAfterTheEndOfTheSession() {
        var handle = taken(ours);
        now(ours.stores.locks().release(handle));
        now(ours.stores.locks().release(handle));
        assertThat(contenders()).isEmpty();
        var another = taken(ours);
        fixture.server.suspend(ours.tree);
        var release = ours.stores.locks().release(another);
        assertThat(release).isNotDone();
        fixture.server.expire(ours.tree);
        assertThat(release).isCompleted();
    }

    @Test
    void releaseInAnInterruptionIsMadeUpFor() {
        var handle = taken(ours);
        fixture.server.suspend(ours.tree);
        var release = ours.stores.locks().release(handle);
        fixture.server.resume(ours.tree);
        now(release);
        assertThat(contenders()).isEmpty();
    }

    @Test
    void releaseDoesNotTouchAnotherSessionsContender() {
        var handle = taken(ours);
        var forged = new LockHandle(DIR, handle.contender(), handle.session() - 1);
        now(ours.stores.locks().release(forged));
        assertThat(contenders()).hasSize(1);
    }

    @Test
    void anotherThreadMayRelease() throws InterruptedException {
        var handle = taken(ours);
        var thread = new Thread(() -> ours.stores.locks().release(handle).join());
        thread.start();
        thread.join(10_000);
        assertThat(contenders()).isEmpty();
    }

    @Test
    @Behaviour("Z48")
    void isNotReentrant() {
        taken(ours);
        assertThat(now(ours.stores.locks().tryLock(DIR, Directory.LAST_PART))).isEmpty();
    }

    private static String name(LockHandle handle) {
        return handle.contender().substring(DIR.length() + 1);
    }

    @Test
    void failsWithTheCodeOfTheTree() {
        var waiting = ours.stores.locks().tryLock("relative", Directory.LAST_PART);
        assertThat(waiting).isCompletedExceptionally();
        assertThat(waiting.handle((x, failure) -> failure).join()).isInstanceOf(CompletionException.class);
    }
}
