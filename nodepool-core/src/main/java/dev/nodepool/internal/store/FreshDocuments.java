package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Documents as ZooKeeper has them at this moment, for whoever looks once and goes. Thread-safe. */
public final class FreshDocuments {

    private static final Logger LOG = LoggerFactory.getLogger(FreshDocuments.class);

    private FreshDocuments() {}

    /** The readable documents right below a path, by their paths; the others are told in the log. */
    public static CompletableFuture<Map<String, Document>> below(Tree tree, String root) {
        return tree.children(root)
                .exceptionallyCompose(failure -> unlessGone(failure, List.<String>of()))
                .thenCompose(names -> {
                    var documents = new TreeMap<String, CompletableFuture<Optional<Document>>>();
                    names.forEach(name -> documents.put(root + "/" + name, read(tree, root + "/" + name)));
                    return CompletableFuture.allOf(documents.values().toArray(CompletableFuture[]::new))
                            .thenApply(x -> {
                                var found = new TreeMap<String, Document>();
                                documents.forEach((path, document) ->
                                        document.join().ifPresent(readable -> found.put(path, readable)));
                                return found;
                            });
                });
    }

    private static CompletableFuture<Optional<Document>> read(Tree tree, String path) {
        return tree.get(path)
                .thenApply(znode -> {
                    try {
                        return Optional.of(Json.read(znode.data()));
                    } catch (Json.Unreadable e) {
                        LOG.warn("{} is left out: {}", path, e.getMessage());
                        return Optional.<Document>empty();
                    }
                })
                .exceptionallyCompose(failure -> unlessGone(failure, Optional.empty()));
    }

    private static <T> CompletableFuture<T> unlessGone(Throwable failure, T instead) {
        return TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(instead)
                : CompletableFuture.failedFuture(failure);
    }
}
