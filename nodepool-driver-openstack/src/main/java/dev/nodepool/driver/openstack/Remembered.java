package dev.nodepool.driver.openstack;

import dev.nodepool.driver.openstack.rest.Waiters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something asked of the cloud once for all who need it, and kept for a while. Failures are not kept, and what can hardly
 * be all there is only for a moment. Thread-safe.
 */
final class Remembered<T> {

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final Duration age;
    private final Supplier<CompletableFuture<T>> source;
    private final Predicate<T> doubtful;
    private @Nullable T value;
    private Instant askedAt = Instant.MIN;
    private @Nullable Waiters<T> pending;

    Remembered(InstantSource clock, Duration age, Supplier<CompletableFuture<T>> source) {
        this(clock, age, source, value -> false);
    }

    /** @param doubtful what is worth asking again soon */
    Remembered(InstantSource clock, Duration age, Supplier<CompletableFuture<T>> source, Predicate<T> doubtful) {
        this.clock = clock;
        this.age = age;
        this.source = source;
        this.doubtful = doubtful;
    }

    CompletableFuture<T> get() {
        Waiters<T> waiters;
        CompletableFuture<T> mine;
        synchronized (this) {
            var now = value;
            if (now != null && clock.instant().isBefore(askedAt.plus(doubtful.test(now) ? FRESH : age))) {
                return CompletableFuture.completedFuture(now);
            }
            if (pending != null) {
                return pending.join();
            }
            waiters = new Waiters<>();
            pending = waiters;
            mine = waiters.join();
        }
        ask(waiters);
        return mine;
    }

    /** What was known last, however old; asks nobody. */
    synchronized Optional<T> known() {
        return Optional.ofNullable(value);
    }

    /** The next who needs it asks anew, unless it was asked just now. */
    synchronized void forget() {
        if (clock.instant().isAfter(askedAt.plus(FRESH))) {
            askedAt = Instant.MIN;
        }
    }

    private void ask(Waiters<T> waiters) {
        var began = clock.instant();
        source.get().whenComplete((fresh, failure) -> {
            synchronized (this) {
                pending = null;
                if (failure == null) {
                    value = fresh;
                    askedAt = began;
                }
            }
            waiters.end(fresh, failure);
        });
    }
}
