package dev.nodepool.driver.openstack.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for one answer get it in the order they came: what depends on a future is told the other way round, and
 * the request that waits longest would be served last. Thread-safe.
 */
public final class Waiters<T> {

    private final List<CompletableFuture<T>> waiting = new ArrayList<>();

    /** One more who waits, with a future of its own; only before {@link #end}. */
    public synchronized CompletableFuture<T> join() {
        var mine = new CompletableFuture<T>();
        waiting.add(mine);
        return mine;
    }

    /**
     * Tells all of them.
     *
     * @param failure null when there is an answer
     */
    public void end(@Nullable T answer, @Nullable Throwable failure) {
        List<CompletableFuture<T>> all;
        synchronized (this) {
            all = List.copyOf(waiting);
        }
        for (var one : all) {
            if (failure == null) {
                one.complete(answer);
            } else {
                one.completeExceptionally(failure);
            }
        }
    }
}
