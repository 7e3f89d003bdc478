package dev.nodepool.internal.recycle;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.FreshRecords;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.RecordKind;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What people order about nodes. Needs a connection but no live copy. An order about a node waits a little for its lock,
 * which its user has for as long as it is in use. Futures complete on any thread.
 */
public final class NodeOrders {

    private final Stores stores;
    private final FreshRecords<Node> records;
    private final Duration patience;

    /** @param patience how long to wait for the lock of a node */
    public NodeOrders(Stores stores, Duration patience) {
        this.stores = stores;
        this.patience = patience;
        records = new FreshRecords<>(stores.tree(), RecordKind.NODE);
    }

    /** Lets the launcher of a node delete it. Answers whether there is such a node. */
    public CompletableFuture<Boolean> delete(String id) {
        return let(id, NodeEvent.DELETE);
    }

    /** Keeps a node from being used or deleted. Answers whether there is such a node. */
    public CompletableFuture<Boolean> hold(String id) {
        return let(id, NodeEvent.HOLD);
    }

    private CompletableFuture<Boolean> let(String id, NodeEvent event) {
        return holding(id, held -> stores.nodes().applyAndRelease(held, event, Map.of()));
    }

    /**
     * Deletes a node from here, machine and record, as its launcher would do. When that fails its record says that it is to
     * be deleted, so that the launcher goes on with it. Answers whether there is such a node.
     *
     * @param provider the node's own
     */
    public CompletableFuture<Boolean> deleteHere(String id, ProviderUnit provider) {
        return holding(
                id,
                held -> stores.nodes()
                        .apply(held, NodeEvent.DELETE, Map.of())
                        .thenCompose(marked -> new NodeRemoval(stores, provider).remove(marked, held.record())));
    }

    /**
     * Removes the records of all nodes of a provider, whoever has them locked; their machines stay. Answers how many there
     * were.
     */
    public CompletableFuture<Integer> erase(String provider) {
        return records.all().thenCompose(entries -> {
            var removals = entries.stream()
                    .filter(entry -> entry.readable()
                            .filter(node -> provider.equals(node.provider()))
                            .isPresent())
                    .map(entry -> stores.nodes().erase(entry, List.of(NodeEvent.DELETE, NodeEvent.GONE)))
                    .toList();
            return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new))
                    .thenApply(x -> removals.size());
        });
    }

    private CompletableFuture<Boolean> holding(String id, Function<Held<Node>, CompletableFuture<Void>> order) {
        return records.one(id)
                .thenCompose(there -> there.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : lock(id).thenCompose(lock -> reread(id, lock, order)))
                .exceptionallyCompose(failure -> goneOr(id, failure));
    }

    /** Whoever deletes a node takes the contenders for its lock away, too, and the record last. */
    private CompletableFuture<Boolean> goneOr(String id, Throwable failure) {
        return Refused.is(failure) || cause(failure) instanceof TreeException
                ? records.one(id)
                        .thenCompose(now -> now.flatMap(Entry::readable)
                                        .filter(node -> node.state() != NodeState.DELETED)
                                        .isEmpty()
                                ? CompletableFuture.completedFuture(false)
                                : CompletableFuture.failedFuture(failure))
                : CompletableFuture.failedFuture(failure);
    }

    private CompletableFuture<LockHandle> lock(String id) {
        return stores.locks()
                .lock(Layout.nodeLock(id), Directory.LAST_PART, patience)
                .handle((lock, failure) -> {
                    if (cause(failure) instanceof TimeoutException) {
                        return CompletableFuture.<LockHandle>failedFuture(new IllegalStateException(
                                "Timeout trying to acquire lock " + Layout.nodeLock(id), failure));
                    }
                    return failure == null
                            ? CompletableFuture.completedFuture(lock)
                            : CompletableFuture.<LockHandle>failedFuture(failure);
                })
                .thenCompose(x -> x);
    }

    private CompletableFuture<Boolean> reread(
            String id, LockHandle lock, Function<Held<Node>, CompletableFuture<Void>> order) {
        return records.one(id)
                .thenComposeAsync(
                        entry -> entry.isEmpty()
                                ? CompletableFuture.completedFuture(false)
                                : order.apply(held(entry.get(), lock)).thenApply(x -> true),
                        stores.loop())
                .handle((found, failure) -> stores.locks()
                        .release(lock)
                        .handle((x, unreleased) -> failure == null
                                ? CompletableFuture.completedFuture(found)
                                : CompletableFuture.<Boolean>failedFuture(failure))
                        .thenCompose(x -> x))
                .thenCompose(x -> x);
    }

    private static Held<Node> held(Entry<Node> entry, LockHandle lock) {
        return new Held<>(entry.readable().orElseThrow(), entry.version(), lock);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
