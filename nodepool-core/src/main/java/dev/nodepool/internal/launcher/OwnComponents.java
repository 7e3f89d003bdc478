package dev.nodepool.internal.launcher;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Finds what this session has in the newer registry, whose names come from the server: an attempt before may have made
 * one without our hearing of it.
 */
final class OwnComponents {

    private OwnComponents() {}

    /**
     * Paths of what this session made, by a fresh look at the server.
     *
     * @param prefix what its names begin with
     * @param which tells it by its content
     */
    static CompletableFuture<List<String>> find(Tree tree, String root, String prefix, Predicate<Document> which) {
        return tree.children(root).thenCompose(names -> {
            var found = names.stream()
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> read(tree, root + "/" + name, which))
                    .toList();
            return CompletableFuture.allOf(found.toArray(CompletableFuture[]::new))
                    .thenApply(x -> found.stream()
                            .map(CompletableFuture::join)
                            .flatMap(Optional::stream)
                            .toList());
        });
    }

    private static CompletableFuture<Optional<String>> read(Tree tree, String path, Predicate<Document> which) {
        return tree.get(path)
                .thenApply(znode -> ours(tree, znode, which) ? Optional.of(path) : Optional.<String>empty())
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean ours(Tree tree, Znode znode, Predicate<Document> which) {
        try {
            return znode.stat().ephemeralOwner() == tree.session().id() && which.test(Json.read(znode.data()));
        } catch (Json.Unreadable e) {
            return false;
        }
    }

    /** Deletes what may be gone already. */
    static CompletableFuture<Void> delete(Tree tree, String path) {
        return tree.delete(path, -1)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }
}
