package dev.nodepool.driver.openstack.rest;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a distance between the calls of a service, keeps most of them waiting here rather than there, and lets the
 * service rest when it asks for that. Deletions go first, since they make room; the others go in the order they came.
 * Nobody blocks: a turn is a future, and one that was cancelled costs nothing. Thread-safe.
 */
final class Limiter {

    /** So many calls a service gets at a time: more would not make it faster, but each answer slower. */
    static final int MOST = 16;

    private static final Duration LONGEST_REST = Duration.ofSeconds(60);

    /** The right to one call, to be given back when it is over. */
    final class Turn {

        private final AtomicBoolean over = new AtomicBoolean();

        /** May be done any number of times. */
        void release() {
            if (over.compareAndSet(false, true)) {
                synchronized (Limiter.this) {
                    underWay--;
                }
                next();
            }
        }
    }

    private record Waiting(boolean first, long order, CompletableFuture<Turn> come) {}

    private final Duration distance;
    private final InstantSource clock;
    private final Timer timer;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(Comparator.comparing((Waiting w) -> !w.first()).thenComparing(Waiting::order));
    private Instant free = Instant.MIN;
    private int underWay;
    private long count;
    private boolean timed;

    Limiter(Duration distance, InstantSource clock, Timer timer) {
        this.distance = distance;
        this.clock = clock;
        this.timer = timer;
    }

    /** Completes when a call may be sent. */
    CompletableFuture<Turn> turn(boolean first) {
        var come = new CompletableFuture<Turn>();
        synchronized (this) {
            waiting.add(new Waiting(first, count++, come));
        }
        next();
        return come;
    }

    /** The service wants to be left alone for a while; but not for ever, whatever it says. */
    synchronized void rest(Duration asked) {
        var until = clock.instant().plus(asked.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : asked);
        free = until.isAfter(free) ? until : free;
    }

    private void next() {
        for (var due = due(); due != null; due = due()) {
            var turn = new Turn();
            if (!due.come().complete(turn)) {
                turn.release();
            }
        }
    }

    private synchronized @Nullable Waiting due() {
        while (!waiting.isEmpty() && waiting.element().come().isDone()) {
            waiting.remove();
        }
        if (waiting.isEmpty() || underWay == MOST) {
            return null;
        }
        var now = clock.instant();
        if (free.isAfter(now)) {
            await(Duration.between(now, free));
            return null;
        }
        if (!distance.isZero()) {
            free = now.plus(distance);
        }
        underWay++;
        return waiting.remove();
    }

    private void await(Duration time) {
        if (!timed) {
            timed = true;
            timer.after(time, () -> {
                synchronized (this) {
                    timed = false;
                }
                next();
            });
        }
    }
}
