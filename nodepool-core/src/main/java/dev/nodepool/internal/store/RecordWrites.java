package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.store.Refused.Why;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.model.StoredRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Single writes of records, and what became of them when others wrote too. Every future completes on the loop. */
final class RecordWrites<T extends StoredRecord> {

    private final Tree tree;
    private final Loop loop;
    private final Locks locks;
    private final RecordKind<T, ?, ?> kind;
    private final RecordCache<T> cache;

    RecordWrites(Tree tree, Loop loop, Locks locks, RecordKind<T, ?, ?> kind, RecordCache<T> cache) {
        this.tree = tree;
        this.loop = loop;
        this.locks = locks;
        this.kind = kind;
        this.cache = cache;
    }

    Transaction transaction() {
        return new Transaction(tree, loop, locks);
    }

    /** Replaces a record under a lock that must still be ours. */
    CompletableFuture<Held<T>> write(T after, int version, LockHandle lock) {
        var transaction = transaction()
                .demandHeld(lock)
                .set(cache, kind.path(after.id()), after.id(), Json.write(after.doc()), version);
        return transaction
                .commit()
                .thenApply(x -> new Held<>(after, version + 1, lock))
                .exceptionallyCompose(failure -> transaction.lockMissing(failure)
                        ? lockMissing(after.id(), lock)
                        : CompletableFuture.failedFuture(failure));
    }

    /** The lock is below the record, or somebody took it away by force. */
    private CompletableFuture<Held<T>> lockMissing(String id, LockHandle lock) {
        return Sessions.persist(tree, lock.session(), () -> tree.exists(kind.path(id)))
                .thenCompose(stat -> CompletableFuture.failedFuture(
                        new TreeException(stat.isEmpty() ? Code.NO_NODE : Code.SESSION_EXPIRED, lock.contender())));
    }

    /** A held record as it is now. */
    CompletableFuture<Held<T>> read(String id, LockHandle lock) {
        return Sessions.persist(tree, lock.session(), () -> tree.get(kind.path(id)))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(refusal(id, failure)))
                .thenApplyAsync(
                        znode -> {
                            try {
                                return new Held<>(
                                        kind.decode(id, znode.data()),
                                        znode.stat().version(),
                                        lock);
                            } catch (Json.Unreadable e) {
                                throw new Refused(Why.STALE, znode.path());
                            }
                        },
                        loop);
    }

    /** Whether a record has in it what we changed, so that our write happened and others wrote after it. */
    boolean carries(T now, T before, T after) {
        var changes = new HashMap<>(stored(after.doc()));
        changes.entrySet().removeAll(stored(before.doc()).entrySet());
        return !changes.isEmpty() && now.doc().fields().entrySet().containsAll(changes.entrySet());
    }

    /** With the values that would be read again, e.g. of numbers. */
    private static Map<String, @Nullable Object> stored(Document document) {
        try {
            return Json.read(Json.write(document)).fields();
        } catch (Json.Unreadable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What a failed write means to whoever decided on the record. */
    Throwable refusal(String id, Throwable failure) {
        return switch (TreeException.codeOf(failure)) {
            case BAD_VERSION -> new Refused(Why.STALE, kind.path(id));
            case NO_NODE -> new Refused(Why.GONE, kind.path(id));
            default -> failure;
        };
    }
}
