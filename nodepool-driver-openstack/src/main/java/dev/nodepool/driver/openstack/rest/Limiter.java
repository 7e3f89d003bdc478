package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a distance between the calls of a service. Deletions go first, since they make room; the others go in the order
 * they came. Nobody blocks: a turn is a future, and one that was cancelled costs nothing. Thread-safe.
 */
public final class Limiter {

    private record Turn(boolean first, long order, CompletableFuture<Void> come) {}

    private final Duration distance;
    private final InstantSource clock;
    private final Timer timer;
    private final PriorityQueue<Turn> waiting = new PriorityQueue<>(
            Comparator.comparing((Turn turn) -> !turn.first()).thenComparing(Turn::order));
    private Instant free = Instant.MIN;
    private long count;
    private boolean timed;

    public Limiter(Duration distance, InstantSource clock, Timer timer) {
        this.distance = distance;
        this.clock = clock;
        this.timer = timer;
    }

    /** Completes when a call may be sent. */
    public CompletableFuture<Void> turn(boolean first) {
        var come = new CompletableFuture<Void>();
        if (distance.isZero()) {
            come.complete(null);
            return come;
        }
        synchronized (this) {
            waiting.add(new Turn(first, count++, come));
        }
        next();
        return come;
    }

    private void next() {
        var due = due();
        if (due != null && !due.come().complete(null)) {
            // It was cancelled in between: what it took is given to the next one.
            synchronized (this) {
                free = clock.instant();
            }
            next();
        }
    }

    private @Nullable Turn due() {
        synchronized (this) {
            while (!waiting.isEmpty() && waiting.element().come().isDone()) {
                waiting.remove();
            }
            if (waiting.isEmpty()) {
                return null;
            }
            var now = clock.instant();
            if (!free.isAfter(now)) {
                free = now.plus(distance);
                var turn = waiting.remove();
                await();
                return turn;
            }
            await();
            return null;
        }
    }

    private void await() {
        if (!timed && !waiting.isEmpty()) {
            timed = true;
            timer.after(Duration.between(clock.instant(), free), () -> {
                synchronized (this) {
                    timed = false;
                }
                next();
            });
        }
    }
}
