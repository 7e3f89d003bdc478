package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Replaces the data of one znode that still has the version last read. A lost answer is looked up, since a wrong version may
 * be our own success; only what certainly did not happen is sent again, and nothing in a later session.
 */
record VersionedWrite(Tree tree, long session, String path, byte[] data, int version) {

    /** Fails with {@link Code#SESSION_EXPIRED} when the session is over. */
    CompletableFuture<Znode> send() {
        return tree.multi(List.of(new Op.Set(path, data, version)), session)
                .thenApply(done ->
                        new Znode(path, data, Objects.requireNonNull(done.get(0).stat())))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.CONNECTION_LOSS
                        ? Sessions.persist(tree, session, tree::sync).thenCompose(x -> lookUp())
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Znode> lookUp() {
        return Sessions.persist(tree, session, () -> tree.get(path)).thenCompose(now -> {
            if (now.stat().version() == version) {
                return send();
            }
            return now.stat().version() == version + 1 && Arrays.equals(now.data(), data)
                    ? CompletableFuture.completedFuture(now)
                    : CompletableFuture.failedFuture(new TreeException(Code.BAD_VERSION, path));
        });
    }
}
