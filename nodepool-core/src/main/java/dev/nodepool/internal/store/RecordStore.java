package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Refused.Why;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.model.RecordState;
import dev.nodepool.model.StoredRecord;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All writing of one kind of record: claim it, let an event happen to it, release it. States come from the transition
 * table alone; each write demands the version last read. Every future completes on the loop.
 */
public final class RecordStore<T extends StoredRecord, S extends RecordState, E extends Enum<E>> {

    /** Writes into a record that others change meanwhile are repeated this often. */
    private static final int MERGES = 3;

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final Locks locks;
    private final RecordKind<T, S, E> kind;
    private final RecordCache<T> cache;
    private final RecordWrites<T> writes;
    private final RecordClaims<T> claims;
    private final RecordCreation<T> creation;

    public RecordStore(
            Tree tree, Loop loop, Threads threads, Locks locks, RecordKind<T, S, E> kind, RecordCache<T> cache) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        this.locks = locks;
        this.kind = kind;
        this.cache = cache;
        writes = new RecordWrites<>(tree, loop, locks, kind, cache);
        claims = new RecordClaims<>(tree, loop, locks, kind, cache, writes);
        creation = new RecordCreation<>(tree, loop, kind, cache);
    }

    public RecordCache<T> cache() {
        return cache;
    }

    /** A transaction in which {@link #change} takes part. */
    public Transaction transaction() {
        return writes.transaction();
    }

    /** Sends a transaction; the future completes on the loop. */
    public CompletableFuture<Void> commit(Transaction transaction) {
        return transaction.commit().thenApply(x -> null);
    }

    /**
     * Creates a record with a number from the server. A lost answer is looked up, so the record must be like no other,
     * as one is that carries a mark made for it alone. Fails with {@link Code#SESSION_EXPIRED} when the session ends
     * before it is clear whether the record was made.
     *
     * @param prefix what its name begins with, an empty text for nothing
     * @param mode a sequential mode
     */
    public CompletableFuture<Entry<T>> create(String prefix, Document document, E event, Tree.Mode mode) {
        var record = kind.after(null, "", document, event, Map.of(), threads.now());
        return creation.create(prefix, record.doc(), mode, tree.session().id());
    }

    /**
     * Creates a record with a number from the server, but only while a lock is held: the server itself sees to that, also
     * when our session ends meanwhile. After any failure but a {@link Code#NO_NODE}, which means that the lock is gone, the
     * record may exist nevertheless.
     *
     * @param guard the lock, of whatever the record must not be made without
     */
    public CompletableFuture<Entry<T>> createUnder(LockHandle guard, Document document, E event) {
        return creation.createUnder(
                guard,
                kind.after(null, "", document, event, Map.of(), threads.now()).doc());
    }

    /**
     * Locks a record nobody has locked and lets an event happen to it, in one step. Fails with {@link Refused} when that
     * can not be, and then nothing was changed.
     */
    public CompletableFuture<Held<T>> claim(Entry<T> entry, E event, Map<String, ? extends @Nullable Object> changes) {
        return ifPossible(entry, event, changes, after -> claims.claim(entry, after));
    }

    /**
     * Lets an event happen to a record nobody has locked, in one step that leaves it unlocked. Fails with
     * {@link Refused} when that can not be, and then nothing was changed.
     */
    public CompletableFuture<Void> applyUnlocked(
            Entry<T> entry, E event, Map<String, ? extends @Nullable Object> changes) {
        return ifPossible(entry, event, changes, after -> claims.touch(entry, after));
    }

    private <R> CompletableFuture<R> ifPossible(
            Entry<T> entry,
            E event,
            Map<String, ? extends @Nullable Object> changes,
            Function<T, CompletableFuture<R>> action) {
        var before = entry.readable().orElse(null);
        if (before == null || !kind.table().allows(kind.state().apply(before), event)) {
            return CompletableFuture.failedFuture(new Refused(Why.STALE, kind.path(entry.id())));
        }
        if (cache.locked(entry.id())) {
            return CompletableFuture.failedFuture(new Refused(Why.LOCKED, kind.path(entry.id())));
        }
        return action.apply(kind.after(before, entry.id(), before.doc(), event, changes, threads.now()));
    }

    /** Lets an event happen to a held record. */
    public CompletableFuture<Held<T>> apply(Held<T> held, E event, Map<String, ? extends @Nullable Object> changes) {
        return merged(held, Optional.of(event), changes, MERGES);
    }

    /** Changes fields of a held record, not its state. */
    public CompletableFuture<Held<T>> update(Held<T> held, Map<String, ? extends @Nullable Object> changes) {
        return merged(held, Optional.empty(), changes, MERGES);
    }

    private CompletableFuture<Held<T>> merged(
            Held<T> held, Optional<E> event, Map<String, ? extends @Nullable Object> changes, int attempts) {
        if (!held.lock().valid(tree.session())) {
            return CompletableFuture.failedFuture(
                    new TreeException(Code.SESSION_EXPIRED, held.lock().dir()));
        }
        var after = changed(held.record(), event, changes);
        return writes.write(after, held.version(), held.lock())
                .handleAsync(
                        (written, failure) -> {
                            if (failure == null) {
                                return CompletableFuture.completedFuture(written);
                            }
                            return attempts > 0 && TreeException.codeOf(failure) == Code.BAD_VERSION
                                    ? writes.read(held.id(), held.lock())
                                            .thenComposeAsync(
                                                    now -> othersWrote(now, held, after, event, changes, attempts - 1),
                                                    loop)
                                    : CompletableFuture.<Held<T>>failedFuture(writes.refusal(held.id(), failure));
                        },
                        loop)
                .thenCompose(x -> x);
    }

    /** Others may change fields of a record that we hold, after our write or before it, but not its state. */
    private CompletableFuture<Held<T>> othersWrote(
            Held<T> now,
            Held<T> held,
            T after,
            Optional<E> event,
            Map<String, ? extends @Nullable Object> changes,
            int attempts) {
        if (writes.carries(now.record(), held.record(), after)) {
            return CompletableFuture.completedFuture(now);
        }
        return kind.state().apply(now.record()) == kind.state().apply(held.record())
                ? merged(now, event, changes, attempts)
                : CompletableFuture.failedFuture(new Refused(Why.STALE, kind.path(held.id())));
    }

    private T changed(T record, Optional<E> event, Map<String, ? extends @Nullable Object> changes) {
        return event.map(e -> kind.after(record, record.id(), record.doc(), e, changes, threads.now()))
                .orElseGet(() -> kind.of().apply(record.id(), record.doc().with(changes)));
    }

    /** Takes part in a transaction with an event of a held record. */
    public void change(
            Transaction transaction, Held<T> held, E event, Map<String, ? extends @Nullable Object> changes) {
        var after = kind.after(held.record(), held.id(), held.record().doc(), event, changes, threads.now());
        transaction.set(cache, kind.path(held.id()), held.id(), Json.write(after.doc()), held.version());
    }

    /** Takes part in a transaction with an event of a record that nobody has locked. */
    public void changeUnlocked(
            Transaction transaction, Entry<T> entry, E event, Map<String, ? extends @Nullable Object> changes) {
        var before = entry.readable().orElseThrow();
        var after = kind.after(before, entry.id(), before.doc(), event, changes, threads.now());
        transaction.demandUnlocked(kind.lockDir().apply(entry.id()), cache.hasLockDirectory(entry.id()));
        transaction.set(cache, kind.path(entry.id()), entry.id(), Json.write(after.doc()), entry.version());
    }

    /** An event, and the end of our hold, in one step. */
    public CompletableFuture<Void> applyAndRelease(
            Held<T> held, E event, Map<String, ? extends @Nullable Object> changes) {
        var transaction = transaction();
        change(transaction, held, event, changes);
        transaction.release(held.lock());
        return commit(transaction)
                .handleAsync(
                        (x, failure) -> {
                            if (failure == null) {
                                return CompletableFuture.<Void>completedFuture(null);
                            }
                            // Somebody wrote into it or the contender is gone: the single steps sort that out.
                            return apply(held, event, changes)
                                    .handle((y, again) -> releaseAfter(held, again))
                                    .thenCompose(y -> y);
                        },
                        loop)
                .thenCompose(x -> x);
    }

    /** The record is free in any case, but a change that failed is not to be taken for one that was made. */
    private CompletableFuture<Void> releaseAfter(Held<T> held, @Nullable Throwable failure) {
        return release(held)
                .handle((x, unreleased) -> failure != null ? failure : unreleased)
                .thenCompose(why -> why == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : CompletableFuture.<Void>failedFuture(why));
    }

    /** Ends our hold and leaves the record as it is. */
    public CompletableFuture<Void> release(Held<T> held) {
        return onLoop(locks.release(held.lock()));
    }

    private <R> CompletableFuture<R> onLoop(CompletableFuture<R> future) {
        return future.whenCompleteAsync((x, failure) -> {}, loop);
    }

    /**
     * Removes a held record with its lock; done when it is gone, whoever removed it.
     *
     * @param gone the event that others are told when they contend for the lock at this moment
     */
    public CompletableFuture<Void> remove(Held<T> held, E gone) {
        if (!held.lock().valid(tree.session())) {
            return CompletableFuture.failedFuture(
                    new TreeException(Code.SESSION_EXPIRED, held.lock().dir()));
        }
        var path = kind.path(held.id());
        var transaction =
                transaction().release(held.lock()).delete(held.lock().dir(), -1).delete(path, -1);
        return commit(transaction)
                .handleAsync(
                        (x, failure) -> failure == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : removeStepwise(held, gone, failure),
                        loop)
                .thenCompose(x -> x);
    }

    private CompletableFuture<Void> removeStepwise(Held<T> held, E gone, Throwable failure) {
        return switch (TreeException.codeOf(failure)) {
            case NO_NODE -> Removal.recursive(tree, kind.path(held.id()));
            case NOT_EMPTY ->
                apply(held, gone, Map.of()).thenCompose(x -> Removal.recursive(tree, kind.path(held.id())));
            default -> CompletableFuture.failedFuture(failure);
        };
    }
}
