package dev.nodepool.driver.openstack;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something asked of the cloud once for all who need it, and kept for a while. Failures are not kept. Thread-safe. */
final class Remembered<T> {

    private final InstantSource clock;
    private final Duration age;
    private final Supplier<CompletableFuture<T>> source;
    private @Nullable T value;
    private Instant askedAt = Instant.MIN;
    private @Nullable CompletableFuture<T> pending;

    Remembered(InstantSource clock, Duration age, Supplier<CompletableFuture<T>> source) {
        this.clock = clock;
        this.age = age;
        this.source = source;
    }

    CompletableFuture<T> get() {
        CompletableFuture<T> mine;
        synchronized (this) {
            if (value != null && clock.instant().isBefore(askedAt.plus(age))) {
                return CompletableFuture.completedFuture(value);
            }
            if (pending != null) {
                return pending.copy();
            }
            mine = new CompletableFuture<>();
            pending = mine;
        }
        ask(mine);
        return mine.copy();
    }

    /** What was known last, however old; asks nobody. */
    synchronized Optional<T> known() {
        return Optional.ofNullable(value);
    }

    /** When the cloud was asked last. */
    synchronized Instant askedAt() {
        return askedAt;
    }

    /** The next who needs it asks anew. */
    synchronized void forget() {
        askedAt = Instant.MIN;
    }

    private void ask(CompletableFuture<T> mine) {
        var began = clock.instant();
        source.get().whenComplete((fresh, failure) -> {
            synchronized (this) {
                pending = null;
                if (failure == null) {
                    value = fresh;
                    askedAt = began;
                }
            }
            if (failure == null) {
                mine.complete(fresh);
            } else {
                mine.completeExceptionally(failure);
            }
        });
    }
}
