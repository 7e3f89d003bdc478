package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes that happen all or not at all, for a session that must still be the same. A lost answer is looked up by what
 * the writes must have left behind; only what certainly did not happen is sent again.
 */
public final class Transaction {

    private record CachedWrite(int index, RecordCache<?> cache, String id, byte[] data) {}

    private final Tree tree;
    private final Loop loop;
    private final Locks locks;
    private final long session;
    private final List<Op> ops = new ArrayList<>();
    private final List<CachedWrite> writes = new ArrayList<>();
    private String lockDir = "";
    private String contenderPrefix = "";
    private @Nullable LockHandle acquired;

    Transaction(Tree tree, Loop loop, Locks locks) {
        this.tree = tree;
        this.loop = loop;
        this.locks = locks;
        this.session = tree.session().id();
    }

    /** Replaces a record; the cache learns it from the reply. */
    Transaction set(RecordCache<?> cache, String path, String id, byte[] data, int version) {
        writes.add(new CachedWrite(ops.size(), cache, id, data));
        ops.add(new Op.Set(path, data, version));
        return this;
    }

    /**
     * Takes a lock nobody holds. Making the directory anew in the same transaction proves that nobody does.
     *
     * @param replacing whether the directory is there, so that it has to be removed, which fails unless it is empty
     */
    Transaction acquire(String dir, boolean replacing) {
        lockDir = dir;
        contenderPrefix = locks.contenderName();
        demandUnlocked(dir, replacing);
        ops.add(new Op.Create(dir + "/" + contenderPrefix, locks.identifier(), Mode.EPHEMERAL_SEQUENTIAL));
        return this;
    }

    /** Demands that nobody holds a lock or waits for it, without taking it. */
    Transaction demandUnlocked(String dir, boolean replacing) {
        if (replacing) {
            ops.add(new Op.Delete(dir, -1));
        }
        ops.add(new Op.Create(dir, Locks.OUR_DIRECTORY, Mode.PERSISTENT));
        return this;
    }

    /** Demands that a lock is still ours when the writes happen: others can take it away by force. */
    Transaction demandHeld(LockHandle handle) {
        ops.add(new Op.Check(handle.contender(), -1));
        return this;
    }

    /** Gives a lock back. */
    public Transaction release(LockHandle handle) {
        return delete(handle.contender(), -1);
    }

    public Transaction delete(String path, int version) {
        ops.add(new Op.Delete(path, version));
        return this;
    }

    /** Whether a failure says that a lock is not ours any more, or that its directory is gone with what it protects. */
    boolean lockMissing(Throwable failure) {
        var index = TreeException.indexOf(failure);
        return TreeException.codeOf(failure) == Code.NO_NODE && index >= 0 && ops.get(index) instanceof Op.Check;
    }

    /**
     * Sends it, when the connection is interrupted as soon as it is back. Fails with {@link Code#SESSION_EXPIRED} when
     * the session is over.
     *
     * @return completes on the loop with the lock acquired, or with null when there was none to acquire
     */
    CompletableFuture<@Nullable LockHandle> commit() {
        if (tree.session().id() != session || !tree.session().connected()) {
            return Sessions.connected(tree, session)
                    .whenCompleteAsync((x, failure) -> {}, loop)
                    .thenCompose(x -> commit());
        }
        writes.forEach(w -> w.cache().beginWrite(w.id()));
        return tree.multi(ops, session).handleAsync(this::answered, loop).thenCompose(x -> x);
    }

    private CompletableFuture<@Nullable LockHandle> answered(
            @Nullable List<Op.Done> done, @Nullable Throwable failure) {
        for (var write : writes) {
            var stat = done == null ? null : done.get(write.index()).stat();
            var path = ops.get(write.index()).path();
            write.cache().endWrite(write.id(), stat == null ? null : new Znode(path, write.data(), stat));
        }
        if (done != null) {
            return CompletableFuture.completedFuture(handle(done));
        }
        if (TreeException.codeOf(Objects.requireNonNull(failure)) != Code.CONNECTION_LOSS) {
            return CompletableFuture.failedFuture(failure);
        }
        return Sessions.persist(tree, session, tree::sync)
                .thenCompose(x -> lockDir.isEmpty() ? new Traces(tree, session, ops).found() : contenderFound())
                .thenComposeAsync(happened -> happened ? CompletableFuture.completedFuture(acquired) : commit(), loop);
    }

    private @Nullable LockHandle handle(List<Op.Done> done) {
        return done.stream()
                .filter(d -> !lockDir.isEmpty() && d.path().startsWith(lockDir + "/" + contenderPrefix))
                .findFirst()
                .map(d -> new LockHandle(lockDir, d.path(), session))
                .orElse(null);
    }

    /** Our contender's name is like no other: with it everything happened, whatever others have written since. */
    private CompletableFuture<Boolean> contenderFound() {
        return Sessions.persist(tree, session, () -> tree.children(lockDir))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure))
                .thenApplyAsync(
                        names -> {
                            acquired = names.stream()
                                    .filter(name -> name.startsWith(contenderPrefix))
                                    .findFirst()
                                    .map(name -> new LockHandle(lockDir, lockDir + "/" + name, session))
                                    .orElse(null);
                            return acquired != null;
                        },
                        loop);
    }
}
