package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes that happen all or not at all, for a session that must still be the same. A lost answer is looked up by what
 * the first write must have left behind; only what certainly did not happen is sent again.
 */
public final class Transaction {

    private record CachedWrite(int index, RecordCache<?> cache, String id, byte[] data) {}

    private final Tree tree;
    private final Loop loop;
    private final byte[] identifier;
    private final long session;
    private final List<Op> ops = new ArrayList<>();
    private final List<CachedWrite> writes = new ArrayList<>();
    private String lockDir = "";
    private String contenderPrefix = "";

    Transaction(Tree tree, Loop loop, byte[] identifier) {
        this.tree = tree;
        this.loop = loop;
        this.identifier = identifier;
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
        contenderPrefix = Locks.contenderName();
        demandUnlocked(dir, replacing);
        ops.add(new Op.Create(dir + "/" + contenderPrefix, identifier, Mode.EPHEMERAL_SEQUENTIAL));
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

    /** Gives a lock back. */
    public Transaction release(LockHandle handle) {
        return delete(handle.contender(), -1);
    }

    public Transaction delete(String path, int version) {
        ops.add(new Op.Delete(path, version));
        return this;
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
        return tree.multi(ops).handleAsync(this::answered, loop).thenCompose(x -> x);
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
        return Sessions.connected(tree, session)
                .thenCompose(x -> happened())
                .thenComposeAsync(happened -> happened ? adopted() : commit(), loop);
    }

    private @Nullable LockHandle handle(List<Op.Done> done) {
        return done.stream()
                .filter(d -> !lockDir.isEmpty() && d.path().startsWith(lockDir + "/" + contenderPrefix))
                .findFirst()
                .map(d -> new LockHandle(lockDir, d.path(), session))
                .orElse(null);
    }

    /** Whether a transaction whose answer was lost took effect; fails when somebody else wrote meanwhile. */
    private CompletableFuture<Boolean> happened() {
        for (var op : ops) {
            if (op instanceof Op.Set set) {
                return Sessions.persist(tree, session, () -> tree.get(set.path()))
                        .thenCompose(now -> wroteThat(set, now));
            }
        }
        return Sessions.persist(
                        tree, session, () -> tree.exists(ops.get(ops.size() - 1).path()))
                .thenApply(stat -> stat.isEmpty());
    }

    private static CompletableFuture<Boolean> wroteThat(Op.Set set, Znode now) {
        if (now.stat().version() == set.version()) {
            return CompletableFuture.completedFuture(false);
        }
        if (now.stat().version() == set.version() + 1 && Arrays.equals(now.data(), set.data())) {
            return CompletableFuture.completedFuture(true);
        }
        return CompletableFuture.failedFuture(new TreeException(Code.BAD_VERSION, set.path()));
    }

    private CompletableFuture<@Nullable LockHandle> adopted() {
        if (lockDir.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return Sessions.persist(tree, session, () -> tree.children(lockDir))
                .thenApplyAsync(
                        names -> names.stream()
                                .filter(n -> n.startsWith(contenderPrefix))
                                .findFirst()
                                .map(n -> new LockHandle(lockDir, lockDir + "/" + n, session))
                                .orElseThrow(() -> new TreeException(Code.SESSION_EXPIRED, lockDir)),
                        loop);
    }
}
