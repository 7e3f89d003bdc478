package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Refused.Why;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.StoredRecord;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Getting hold of records that nobody has locked. Every future completes on the loop. */
final class RecordClaims<T extends StoredRecord> {

    /** Others may make and remove a lock directory while we claim, but not for ever. */
    private static final int ROUNDS = 3;

    private final Tree tree;
    private final Loop loop;
    private final Locks locks;
    private final RecordKind<T, ?, ?> kind;
    private final RecordCache<T> cache;
    private final RecordWrites<T> writes;

    RecordClaims(
            Tree tree, Loop loop, Locks locks, RecordKind<T, ?, ?> kind, RecordCache<T> cache, RecordWrites<T> writes) {
        this.tree = tree;
        this.loop = loop;
        this.locks = locks;
        this.kind = kind;
        this.cache = cache;
        this.writes = writes;
    }

    /** Locks a record and writes what it is to be. */
    CompletableFuture<Held<T>> claim(Entry<T> entry, T after) {
        return mistakable(entry)
                ? acquire(entry, cache.hasLockDirectory(entry.id()), ROUNDS)
                        .thenComposeAsync(lock -> writeOrRelease(entry, after, lock), loop)
                : claim(entry, after, cache.hasLockDirectory(entry.id()), ROUNDS);
    }

    /** Writes what a record is to be, as long as nobody has locked it. */
    CompletableFuture<Void> touch(Entry<T> entry, T after) {
        return mistakable(entry)
                ? claim(entry, after).thenCompose(held -> locks.release(held.lock()))
                : touch(entry, after, cache.hasLockDirectory(entry.id()), ROUNDS);
    }

    /**
     * Whether its version does not tell it from the empty record that kazoo, which makes the whole path of a lock, puts into
     * the place of one that has just gone. Then only a lock below the very record that we knew makes sure of it.
     */
    private boolean mistakable(Entry<T> entry) {
        return kind.locksInside() && entry.version() == 0;
    }

    private CompletableFuture<Held<T>> claim(Entry<T> entry, T after, boolean replacing, int rounds) {
        return writes.transaction()
                .acquire(kind.lockDir().apply(entry.id()), replacing)
                .set(cache, kind.path(entry.id()), entry.id(), Json.write(after.doc()), entry.version())
                .commit()
                .handleAsync(
                        (lock, failure) -> failure == null
                                ? CompletableFuture.completedFuture(
                                        new Held<>(after, entry.version() + 1, Objects.requireNonNull(lock)))
                                : again(
                                        entry,
                                        failure,
                                        rounds,
                                        there -> claim(entry, after, there, rounds - 1),
                                        () -> lockThenWrite(entry, after)),
                        loop)
                .thenCompose(x -> x);
    }

    private CompletableFuture<LockHandle> acquire(Entry<T> entry, boolean replacing, int rounds) {
        return writes.transaction()
                .acquire(kind.lockDir().apply(entry.id()), replacing)
                .commit()
                .handleAsync(
                        (lock, failure) -> failure == null
                                ? CompletableFuture.completedFuture(Objects.requireNonNull(lock))
                                : again(
                                        entry,
                                        failure,
                                        rounds,
                                        there -> acquire(entry, there, rounds - 1),
                                        () -> tryLock(entry)),
                        loop)
                .thenCompose(x -> x);
    }

    private CompletableFuture<Void> touch(Entry<T> entry, T after, boolean replacing, int rounds) {
        return writes.transaction()
                .demandUnlocked(kind.lockDir().apply(entry.id()), replacing)
                .set(cache, kind.path(entry.id()), entry.id(), Json.write(after.doc()), entry.version())
                .commit()
                .handleAsync(
                        (x, failure) -> failure == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : again(
                                        entry,
                                        failure,
                                        rounds,
                                        there -> touch(entry, after, there, rounds - 1),
                                        () -> lockThenWrite(entry, after)
                                                .thenCompose(held -> locks.release(held.lock()))),
                        loop)
                .thenCompose(x -> x);
    }

    /**
     * What to do after a claim in one step failed.
     *
     * @param retry tries once more, knowing whether the lock directory is there
     * @param longWay takes part in the contest for the lock like anybody else
     */
    private <R> CompletableFuture<R> again(
            Entry<T> entry,
            Throwable failure,
            int rounds,
            Function<Boolean, CompletableFuture<R>> retry,
            Supplier<CompletableFuture<R>> longWay) {
        var path = kind.path(entry.id());
        if (rounds == 0) {
            return CompletableFuture.failedFuture(new Refused(Why.LOCKED, path));
        }
        return switch (TreeException.codeOf(failure)) {
            case NODE_EXISTS -> retry.apply(true);
            case NOT_EMPTY -> longWay.get();
            case NO_NODE ->
                Sessions.persist(tree, tree.session().id(), () -> tree.exists(path))
                        .thenComposeAsync(
                                stat -> stat.isEmpty()
                                        ? CompletableFuture.failedFuture(new Refused(Why.GONE, path))
                                        : retry.apply(false),
                                loop);
            default -> CompletableFuture.failedFuture(writes.refusal(entry.id(), failure));
        };
    }

    private CompletableFuture<Held<T>> lockThenWrite(Entry<T> entry, T after) {
        return tryLock(entry).thenComposeAsync(lock -> writeOrRelease(entry, after, lock), loop);
    }

    private CompletableFuture<LockHandle> tryLock(Entry<T> entry) {
        return locks.tryLock(kind.lockDir().apply(entry.id()), Directory.LAST_PART)
                .handleAsync(
                        (lock, failure) -> failure == null
                                ? lock.map(CompletableFuture::completedFuture)
                                        .orElseGet(() -> CompletableFuture.failedFuture(
                                                new Refused(Why.LOCKED, kind.path(entry.id()))))
                                : CompletableFuture.<LockHandle>failedFuture(writes.refusal(entry.id(), failure)),
                        loop)
                .thenCompose(x -> x);
    }

    /** Writes under a lock that is given back when that fails. */
    private CompletableFuture<Held<T>> writeOrRelease(Entry<T> entry, T after, LockHandle lock) {
        return stillThere(entry, lock)
                .thenCompose(x -> writes.write(after, entry.version(), lock))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.BAD_VERSION
                        ? writtenAfterAll(entry, after, lock, failure)
                        : CompletableFuture.failedFuture(failure))
                .handle((held, failure) -> failure == null
                        ? CompletableFuture.completedFuture(held)
                        : locks.release(lock)
                                .<Held<T>>thenComposeAsync(
                                        x -> CompletableFuture.failedFuture(writes.refusal(entry.id(), failure)), loop))
                .thenCompose(x -> x);
    }

    /** Fails when the lock is below another record than the one that we knew. It can not become another one later. */
    private CompletableFuture<Void> stillThere(Entry<T> entry, LockHandle lock) {
        if (!mistakable(entry)) {
            return CompletableFuture.completedFuture(null);
        }
        var path = kind.path(entry.id());
        return Sessions.persist(tree, lock.session(), () -> tree.exists(path))
                .thenCompose(stat ->
                        stat.isPresent() && stat.get().czxid() == entry.stat().czxid()
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(new Refused(Why.GONE, path)));
    }

    private CompletableFuture<Held<T>> writtenAfterAll(Entry<T> entry, T after, LockHandle lock, Throwable failure) {
        var before = entry.readable().orElseThrow();
        return writes.read(entry.id(), lock)
                .thenCompose(now -> writes.carries(now.record(), before, after)
                        ? CompletableFuture.completedFuture(now)
                        : CompletableFuture.failedFuture(failure));
    }
}
