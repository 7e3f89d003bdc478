package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Removes a znode with everything below it. Thread-safe. */
public final class Removal {

    /** Others may add children while we remove them, but not for ever. */
    private static final int ROUNDS = 5;

    private Removal() {}

    /** Done when it is gone, whoever removed it. */
    public static CompletableFuture<Void> recursive(Tree tree, String path) {
        return recursive(tree, path, ROUNDS);
    }

    private static CompletableFuture<Void> recursive(Tree tree, String path, int rounds) {
        return tree.children(path)
                .thenCompose(names -> all(tree, path, names, rounds))
                .thenCompose(x -> tree.delete(path, -1))
                .handle((x, failure) -> {
                    if (failure == null || TreeException.codeOf(failure) == Code.NO_NODE) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    return rounds > 1 && TreeException.codeOf(failure) == Code.NOT_EMPTY
                            ? recursive(tree, path, rounds - 1)
                            : CompletableFuture.<Void>failedFuture(failure);
                })
                .thenCompose(x -> x);
    }

    private static CompletableFuture<Void> all(Tree tree, String path, List<String> names, int rounds) {
        return CompletableFuture.allOf(names.stream()
                .map(name -> recursive(tree, path + "/" + name, rounds))
                .toArray(CompletableFuture[]::new));
    }
}
