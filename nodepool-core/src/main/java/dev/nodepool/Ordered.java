package dev.nodepool;

import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.tree.Tree;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is asked of ZooKeeper on somebody's order: not before there is a connection, and not for ever. */
final class Ordered {

    private static final long LIMIT_SECONDS = 30;

    private Ordered() {}

    /** Fails with {@link java.util.concurrent.TimeoutException} after 30 s. */
    static <T> CompletableFuture<T> call(Tree tree, Supplier<CompletableFuture<T>> call) {
        var connected = Sessions.connected(tree).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS);
        return connected.thenCompose(x -> call.get()).copy().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
