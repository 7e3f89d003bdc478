package dev.nodepool.internal.launcher;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import java.util.concurrent.CompletableFuture;

/** Ephemeral znodes of a fixed name: what an older session of ours left there goes with that session, so it is replaced. */
final class Replace {

    private Replace() {}

    static CompletableFuture<Void> ephemeral(Tree tree, String path, Document document) {
        var data = Json.write(document);
        return tree.create(path, data, Tree.Mode.EPHEMERAL)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NODE_EXISTS
                        ? tree.delete(path, -1).thenCompose(x -> tree.create(path, data, Tree.Mode.EPHEMERAL))
                        : CompletableFuture.failedFuture(failure))
                .thenApply(znode -> null);
    }
}
