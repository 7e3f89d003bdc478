package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The name of this installation, made once per ZooKeeper: what carries another one in a cloud is not ours. */
public final class Installation {

    private Installation() {}

    public static CompletableFuture<String> id(Tree tree, Threads threads) {
        return read(tree)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? make(tree, threads).thenCompose(x -> read(tree))
                        : CompletableFuture.failedFuture(failure));
    }

    private static CompletableFuture<String> read(Tree tree) {
        return tree.get(Layout.INSTALLATION).thenApply(znode -> new String(znode.data(), StandardCharsets.UTF_8));
    }

    /** Two may do this at once: the first one names it, both read the same. */
    private static CompletableFuture<Void> make(Tree tree, Threads threads) {
        var id = threads.newId().toString().getBytes(StandardCharsets.UTF_8);
        return tree.ensure(Layout.OURS)
                .thenCompose(x -> tree.create(Layout.INSTALLATION, id, Tree.Mode.PERSISTENT))
                .<Void>handle((x, failure) -> {
                    if (failure != null && TreeException.codeOf(failure) != Code.NODE_EXISTS) {
                        throw new CompletionException(failure);
                    }
                    return null;
                });
    }
}
