package dev.nodepool.internal.recycle;

import dev.nodepool.internal.store.Removal;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import java.util.concurrent.CompletableFuture;

/** Removes a record that has nothing to it any more. Thread-safe. */
final class Remains {

    private static final String LOCK = "lock";

    private Remains() {}

    /**
     * Removes it with what is below it; done when it is gone, whoever removed it. Fails when somebody has written into it
     * since, or has locked it.
     *
     * @param version the version it must have
     */
    static CompletableFuture<Void> remove(Tree tree, String path, int version) {
        return tree.children(path)
                .thenCompose(names -> CompletableFuture.allOf(names.stream()
                        .map(name -> name.equals(LOCK)
                                ? goneAlready(tree.delete(path + "/" + name, -1))
                                : Removal.recursive(tree, path + "/" + name))
                        .toArray(CompletableFuture[]::new)))
                .thenCompose(x -> tree.delete(path, version))
                .exceptionallyCompose(failure -> goneAlready(CompletableFuture.failedFuture(failure)));
    }

    private static CompletableFuture<Void> goneAlready(CompletableFuture<Void> deletion) {
        return deletion.exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure));
    }
}
