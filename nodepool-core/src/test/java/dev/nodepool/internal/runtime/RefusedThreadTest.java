package dev.nodepool.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A pool that has no thread at the moment stops nothing for good. */
class RefusedThreadTest {

    private final AtomicInteger refusals = new AtomicInteger();
    private final List<String> done = new CopyOnWriteArrayList<>();

    /** Refuses as often as told, then runs at once. */
    private final Executor pool = action -> {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new RejectedExecutionException("no thread");
        }
        action.run();
    };

    @Test
    void loopGoesOnByItselfWhenThereAreThreadsAgain() {
        var loop = new Loop("test", pool);
        refusals.set(2);
        loop.execute(() -> done.add("first"));
        loop.execute(() -> done.add("second"));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(done).containsExactly("first", "second"));
        assertThat(loop.failures()).isEqualTo(2);
        loop.execute(() -> done.add("third"));
        assertThat(done).endsWith("third");
    }

    @Test
    void boundedExecutorKeepsItsPlacesWhenItIsRefused() {
        var bounded = new BoundedExecutor(pool, 1);
        refusals.set(3);
        for (var i = 0; i < 3; i++) {
            assertThatThrownBy(() -> bounded.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
        bounded.execute(() -> done.add("after"));
        assertThat(done).containsExactly("after");
    }

    @Test
    void whatCameToWaitForARefusedPlaceIsDoneAllTheSame() {
        var self = new BoundedExecutor[1];
        self[0] = new BoundedExecutor(
                action -> {
                    if (refusals.getAndIncrement() == 0) {
                        self[0].execute(() -> done.add("waiting"));
                        throw new RejectedExecutionException("no thread");
                    }
                    action.run();
                },
                1);
        assertThatThrownBy(() -> self[0].execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(done).containsExactly("waiting"));
    }
}
