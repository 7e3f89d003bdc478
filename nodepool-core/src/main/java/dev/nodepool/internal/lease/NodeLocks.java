package dev.nodepool.internal.lease;

import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Locks all nodes of a fulfilled request, or none. */
final class NodeLocks {

    /** The time others allow a user to lock what it was given. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Stores stores;

    NodeLocks(Stores stores) {
        this.stores = stores;
    }

    CompletableFuture<List<Held<Node>>> lockAll(String request, List<String> ids) {
        var held = ids.stream().map(id -> lock(request, id)).toList();
        return CompletableFuture.allOf(held.toArray(CompletableFuture[]::new))
                .handleAsync(
                        (x, failure) -> {
                            if (failure == null) {
                                return held.stream()
                                        .map(CompletableFuture::join)
                                        .toList();
                            }
                            release(held);
                            throw new CompletionException(failure);
                        },
                        stores.loop());
    }

    private CompletableFuture<Held<Node>> lock(String request, String id) {
        return stores.locks()
                .lock(Layout.nodeLock(id), Directory.LAST_PART, LIMIT)
                .thenCompose(lock -> read(request, id, lock));
    }

    /** Between the answer to the request and the lock, the node may have become somebody else's. */
    private CompletableFuture<Held<Node>> read(String request, String id, LockHandle lock) {
        return stores.tree()
                .get(Layout.node(id))
                .thenApply(znode -> {
                    try {
                        var node = new Node(id, Json.read(znode.data()));
                        if (node.allocatedTo().filter(request::equals).isEmpty()) {
                            throw new CompletionException(new IllegalStateException(
                                    "node " + id + " is not allocated to request " + request));
                        }
                        return new Held<>(node, znode.stat().version(), lock);
                    } catch (Json.Unreadable e) {
                        throw new CompletionException(e);
                    }
                })
                .whenComplete((x, failure) -> {
                    if (failure != null) {
                        stores.locks().release(lock);
                    }
                });
    }

    private void release(List<CompletableFuture<Held<Node>>> attempts) {
        var got = new ArrayList<Held<Node>>();
        attempts.stream().filter(f -> !f.isCompletedExceptionally()).forEach(f -> got.add(f.join()));
        got.forEach(stores.nodes()::release);
    }
}
