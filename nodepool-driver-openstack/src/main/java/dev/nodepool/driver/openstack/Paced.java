package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.ProviderContext;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One listing for all who wait for something to change in the cloud. It is started at most once per interval, and only
 * while somebody waits; a cloud that fails is asked less often. Thread-safe.
 */
final class Paced<T> {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ProviderContext context;
    private final Duration interval;
    private final Supplier<CompletableFuture<Listing<T>>> list;
    private @Nullable CompletableFuture<Listing<T>> upcoming;
    private boolean running;
    private boolean timed;
    private int failures;
    private Instant notBefore = Instant.MIN;

    Paced(ProviderContext context, Duration interval, Supplier<CompletableFuture<Listing<T>>> list) {
        this.context = context;
        this.interval = interval;
        this.list = list;
    }

    /**
     * The answer of the first listing that begins after this call and does not fail. One that fails says nothing of what
     * is waited for; how long to wait is for the caller to say, by cancelling.
     */
    CompletableFuture<Listing<T>> answered() {
        var mine = new CompletableFuture<Listing<T>>();
        askUntilAnswered(mine);
        return mine;
    }

    private void askUntilAnswered(CompletableFuture<Listing<T>> mine) {
        next().whenComplete((listing, failure) -> {
            if (failure == null) {
                mine.complete(listing);
            } else if (!mine.isDone()) {
                askUntilAnswered(mine);
            }
        });
    }

    /** The answer of a listing that begins after this call, or its failure. */
    CompletableFuture<Listing<T>> next() {
        CompletableFuture<Listing<T>> mine;
        synchronized (this) {
            if (upcoming == null) {
                upcoming = new CompletableFuture<>();
            }
            mine = upcoming.copy();
        }
        beginWhenDue();
        return mine;
    }

    private void beginWhenDue() {
        CompletableFuture<Listing<T>> due;
        synchronized (this) {
            if (running || timed || upcoming == null) {
                return;
            }
            var now = context.clock().instant();
            if (notBefore.isAfter(now)) {
                timed = true;
                context.timer().after(Duration.between(now, notBefore), this::timeCame);
                return;
            }
            due = upcoming;
            upcoming = null;
            running = true;
            notBefore = now.plus(interval);
        }
        list.get().whenComplete((listing, failure) -> {
            ended(failure);
            if (failure == null) {
                due.complete(listing);
            } else {
                due.completeExceptionally(failure);
            }
            beginWhenDue();
        });
    }

    private synchronized void ended(@Nullable Throwable failure) {
        running = false;
        failures = failure == null ? 0 : failures + 1;
        if (failure != null) {
            notBefore = context.clock().instant().plus(pause(DriverException.from(failure)));
        }
    }

    private void timeCame() {
        synchronized (this) {
            timed = false;
        }
        beginWhenDue();
    }

    private Duration pause(DriverException failure) {
        var grown = interval.multipliedBy(1L << Math.min(failures, 10));
        var capped = grown.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : grown;
        var asked = failure.retryAfter().orElse(Duration.ZERO);
        return asked.compareTo(capped) > 0 ? asked : capped;
    }
}
