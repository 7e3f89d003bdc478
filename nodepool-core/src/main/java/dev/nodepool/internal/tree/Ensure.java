package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Creates what is missing of a path, in calls of the port. */
final class Ensure {

    private static final byte[] EMPTY = {};

    private Ensure() {}

    static CompletableFuture<Void> path(Tree tree, String path) {
        // Looking first spares the ensemble a write for each part when all is there, which is the usual case.
        return tree.exists(path)
                .thenCompose(found -> found.isPresent() ? CompletableFuture.completedFuture(null) : create(tree, path));
    }

    private static CompletableFuture<Void> create(Tree tree, String path) {
        // All at once: the server takes them in this order, so each finds its parent made.
        var made = prefixes(path).stream()
                .map(prefix -> tree.create(prefix, EMPTY, Tree.Mode.PERSISTENT).handle(Ensure::fineIfThere))
                .map(step -> step.thenCompose(done -> done))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(made);
    }

    private static CompletableFuture<Void> fineIfThere(
            @org.jspecify.annotations.Nullable Znode made, @org.jspecify.annotations.Nullable Throwable failure) {
        return failure == null || TreeException.codeOf(failure) == Code.NODE_EXISTS
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure);
    }

    /** {@code /a}, {@code /a/b}, {@code /a/b/c} of {@code /a/b/c}; nothing of {@code /}. */
    static List<String> prefixes(String path) {
        var prefixes = new ArrayList<String>();
        for (var end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
            prefixes.add(path.substring(0, end));
        }
        if (path.length() > 1) {
            prefixes.add(path);
        }
        return prefixes;
    }
}
