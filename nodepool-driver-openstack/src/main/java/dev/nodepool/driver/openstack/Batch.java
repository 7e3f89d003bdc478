package dev.nodepool.driver.openstack;

import dev.nodepool.driver.Listing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks one question for many who have it at the same time: those who come while one is under way share the next.
 * Thread-safe.
 *
 * @param <K> what is asked about
 * @param <V> what the answers hold
 */
final class Batch<K, V> {

    private final int most;
    private final Function<List<K>, CompletableFuture<Listing<V>>> ask;
    private final Map<K, CompletableFuture<List<V>>> waiting = new LinkedHashMap<>();
    private boolean running;

    /**
     * @param most so many at once
     * @param ask the question about some, answered for all of them together
     */
    Batch(int most, Function<List<K>, CompletableFuture<Listing<V>>> ask) {
        this.most = most;
        this.ask = ask;
    }

    /** What the cloud says of the batch that this one goes with; the caller picks what is its own. */
    CompletableFuture<List<V>> ask(K key) {
        CompletableFuture<List<V>> mine;
        synchronized (this) {
            mine = waiting.computeIfAbsent(key, k -> new CompletableFuture<>());
        }
        next();
        return mine.copy();
    }

    private void next() {
        var batch = new LinkedHashMap<K, CompletableFuture<List<V>>>();
        synchronized (this) {
            if (running || waiting.isEmpty()) {
                return;
            }
            running = true;
            for (var entry : new ArrayList<>(waiting.entrySet()).subList(0, Math.min(most, waiting.size()))) {
                batch.put(entry.getKey(), entry.getValue());
                waiting.remove(entry.getKey());
            }
        }
        ask.apply(List.copyOf(batch.keySet())).whenComplete((listing, failure) -> {
            synchronized (this) {
                running = false;
            }
            for (var one : batch.values()) {
                if (failure == null) {
                    one.complete(listing.items());
                } else {
                    one.completeExceptionally(failure);
                }
            }
            next();
        });
    }
}
