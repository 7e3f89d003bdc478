package dev.nodepool.testing;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A clock and a timer that stand still until a test moves them. Thread-safe; actions run in the thread that moves the
 * time, without any lock held, each at the instant it was due.
 */
public final class ManualTime implements InstantSource, Timer {

    private record Entry(Instant at, long order, Runnable action) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparing(Entry::order));
    private Instant now;
    private long count;

    public ManualTime() {
        this(Instant.parse("2024-01-01T00:00:00Z"));
    }

    public ManualTime(Instant start) {
        now = start;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Even an action without delay waits for the next {@link #advance}. */
    @Override
    public synchronized Runnable after(Duration delay, Runnable action) {
        var entry = new Entry(now.plus(delay.isNegative() ? Duration.ZERO : delay), count++, action);
        entries.add(entry);
        return () -> remove(entry);
    }

    /** Moves the time forward and runs, in order, all that becomes due, also what those actions add. */
    public void advance(Duration step) {
        var end = instant().plus(step);
        for (var entry = next(end); entry.isPresent(); entry = next(end)) {
            entry.get().action().run();
        }
        reach(end);
    }

    /** Runs what is due now. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** How many actions wait. */
    public synchronized int waiting() {
        return entries.size();
    }

    /** When the next action is due, empty when none waits. */
    public synchronized Optional<Instant> nextDue() {
        return Optional.ofNullable(entries.peek()).map(Entry::at);
    }

    private synchronized Optional<Entry> next(Instant end) {
        var entry = entries.peek();
        if (entry == null || entry.at().isAfter(end)) {
            return Optional.empty();
        }
        entries.remove();
        reach(entry.at());
        return Optional.of(entry);
    }

    private synchronized void reach(Instant instant) {
        if (instant.isAfter(now)) {
            now = instant;
        }
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }
}
