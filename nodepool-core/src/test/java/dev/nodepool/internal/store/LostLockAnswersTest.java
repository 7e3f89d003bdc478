package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.tree.MemoryTree.Call;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A contender whose creation was not answered is either found again or never there: it must not hold for nobody. */
class LostLockAnswersTest {

    private static final String DIR = "/nodepool/nodes/0000000000/lock";

    private final StoreFixture fixture = new StoreFixture();
    private final StoreFixture.Process ours = fixture.ours;
    private int calls;

    @BeforeEach
    void nodeExists() {
        now(fixture.other.create(
                "/nodepool/nodes/0000000000", Json.write(new Document(Map.of("state", "ready"))), Mode.PERSISTENT));
    }

    /** Loses the calls from one number to another: with their effect, or before they have any. */
    private void lose(int from, int to, boolean withEffect) {
        ours.loseBefore = call -> counted(call) && calls >= from && calls <= to && !withEffect;
        ours.loseAfter = call -> call.path().startsWith(DIR) && calls >= from && calls <= to && withEffect;
    }

    private boolean counted(Call call) {
        if (call.path().startsWith(DIR)) {
            calls++;
            return true;
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,3", "4,4", "1,2", "1,3", "2,3", "2,4", "3,4", "3,5", "1,6", "4,7"})
    void lockIsTakenOnceWhateverAnswersAreLost(int from, int to) {
        for (var withEffect : new boolean[] {true, false}) {
            calls = 0;
            lose(from, to, withEffect);
            var taken = ours.stores.locks().tryLock(DIR, Directory.LAST_PART);
            // Lost reads of the last look fail the attempt, and then nothing may stay.
            if (taken.isCompletedExceptionally()) {
                assertThat(now(fixture.other.children(DIR))).isEmpty();
            } else {
                var handle = now(taken).orElseThrow();
                assertThat(now(fixture.other.children(DIR))).hasSize(1);
                now(ours.stores.locks().release(handle));
                assertThat(now(fixture.other.children(DIR))).isEmpty();
            }
            now(fixture.other.delete(DIR, -1));
        }
    }

    @Test
    void contenderOfALostAnswerIsGivenUpWhenNobodyWaitsAnyMore() {
        ours.loseAfter = call -> {
            if (call.name().equals("create") && call.path().startsWith(DIR + "/")) {
                fixture.server.suspend(ours.tree);
                return true;
            }
            return false;
        };
        now(fixture.other.create(DIR, new byte[0], Mode.PERSISTENT));
        CompletableFuture<LockHandle> waiting =
                ours.stores.locks().lock(DIR, Directory.LAST_PART, Duration.ofSeconds(1));
        assertThat(now(fixture.other.children(DIR))).hasSize(1);
        fixture.time.advance(Duration.ofSeconds(1));
        assertThat(waiting).isCompletedExceptionally();
        ours.loseAfter = call -> false;
        fixture.server.resume(ours.tree);
        assertThat(now(fixture.other.children(DIR))).isEmpty();
    }
}
