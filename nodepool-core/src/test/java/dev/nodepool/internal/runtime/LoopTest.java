package dev.nodepool.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.LogCapture;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {

    private final ArrayDeque<Runnable> shared = new ArrayDeque<>();
    private final Loop loop = new Loop("launcher", shared::add);
    private final AtomicInteger done = new AtomicInteger();

    private void hand(int actions) {
        for (var i = 0; i < actions; i++) {
            loop.execute(done::incrementAndGet);
        }
    }

    private void run() {
        while (!shared.isEmpty()) {
            shared.poll().run();
        }
    }

    @Test
    @Behaviour("Z90")
    void longQueueIsToldOnceEachTimeItDoubles() {
        try (var log = new LogCapture(Loop.class)) {
            hand(Loop.LONG_QUEUE - 1);
            assertThat(log.lines()).isEmpty();
            hand(Loop.LONG_QUEUE + 1);
            assertThat(log.lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("WARN launcher is behind with its work: "))
                    .anyMatch(line -> line.contains(" " + Loop.LONG_QUEUE + " "));
            run();
            assertThat(done).hasValue(2 * Loop.LONG_QUEUE);
        }
    }

    @Test
    @Behaviour("Z90")
    void queueThatGrowsAgainAfterItWasEmptyIsToldAgain() {
        hand(Loop.LONG_QUEUE);
        run();
        try (var log = new LogCapture(Loop.class)) {
            hand(Loop.LONG_QUEUE);
            assertThat(log.lines()).hasSize(1);
        }
    }
}
