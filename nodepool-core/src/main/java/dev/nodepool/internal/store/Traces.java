package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What operations that happened all or not at all have left behind, after their answer was lost. A record tells it for
 * certain unless others have written since; then a znode that was to be deleted tells it, a contender of ours best of
 * all since nobody else deletes those.
 */
final class Traces {

    private enum Verdict {
        HAPPENED,
        NOT,
        UNKNOWN
    }

    private final Tree tree;
    private final long session;
    private final List<Op> tellers;

    Traces(Tree tree, long session, List<Op> ops) {
        this.tree = tree;
        this.session = session;
        tellers = ops.stream()
                .filter(op -> op instanceof Op.Set || op instanceof Op.Delete)
                .sorted(Comparator.comparing(op -> op instanceof Op.Delete))
                .toList();
    }

    /**
     * Whether they happened. When too much has changed since to tell, they did not: sent again they are refused, since a
     * record no longer has the version they demand.
     */
    CompletableFuture<Boolean> found() {
        return found(0);
    }

    private CompletableFuture<Boolean> found(int index) {
        if (index == tellers.size()) {
            return CompletableFuture.completedFuture(false);
        }
        var op = tellers.get(index);
        return (op instanceof Op.Set set ? written(set) : deleted(op.path()))
                .thenCompose(verdict -> verdict == Verdict.UNKNOWN
                        ? found(index + 1)
                        : CompletableFuture.completedFuture(verdict == Verdict.HAPPENED));
    }

    private CompletableFuture<Verdict> written(Op.Set set) {
        return Sessions.persist(tree, session, () -> tree.get(set.path()))
                .thenApply(now -> verdict(set, now))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(Verdict.UNKNOWN)
                        : CompletableFuture.failedFuture(failure));
    }

    private static Verdict verdict(Op.Set set, Znode now) {
        var next = set.version() + 1;
        if (now.stat().version() == next) {
            return Arrays.equals(now.data(), set.data()) ? Verdict.HAPPENED : Verdict.NOT;
        }
        return now.stat().version() < next ? Verdict.NOT : Verdict.UNKNOWN;
    }

    private CompletableFuture<Verdict> deleted(String path) {
        return Sessions.persist(tree, session, () -> tree.exists(path))
                .thenApply(stat -> stat.isEmpty() ? Verdict.HAPPENED : Verdict.NOT);
    }
}
