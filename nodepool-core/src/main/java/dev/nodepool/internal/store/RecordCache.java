package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.StoredRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live copy of all records of one kind and of who contends for their locks.
 *
 * <p>Kept by a standing watch; a record is read when somebody else wrote it, never after our own writes. After every
 * interruption the copy is made anew, and until then {@link #caughtUp()} is false and nothing may be decided on it.
 */
public final class RecordCache<T extends StoredRecord> {

    private static final Logger LOG = LoggerFactory.getLogger(RecordCache.class);

    /** Told on the loop, after the copy has changed. */
    public interface Listener<T> {

        /**
         * A record came (no before), changed, or went (no after). Also told when a doubt about it has ended: without
         * before and after when it was known to be gone and is gone indeed.
         */
        default void changed(String id, @Nullable Entry<T> before, @Nullable Entry<T> after) {}

        /** Somebody began to contend for its lock, or nobody does any more. */
        default void lockChanged(String id, boolean locked) {}
    }

    private final Tree tree;
    private final Loop loop;
    private final RecordKind<T, ?, ?> kind;
    private final Map<String, Entry<T>> entries = new HashMap<>();
    private final Runnable whole;
    private final Contenders contenders = new Contenders();
    private final OwnWrites own = new OwnWrites();
    private final Map<String, CompletableFuture<Void>> reads = new HashMap<>();
    private final Set<String> readAgain = new HashSet<>();
    private final Set<String> oddReported = new HashSet<>();
    private final List<Listener<T>> listeners = new ArrayList<>();
    private final List<Tree.Watch> watches = new ArrayList<>();
    private long watchedSession;
    private int walk;
    private boolean caughtUp;
    private long oddRecords;

    /** @param whole run on the loop when the copy is whole, for the first time or again */
    public RecordCache(Tree tree, Loop loop, RecordKind<T, ?, ?> kind, Runnable whole) {
        this.whole = whole;
        this.tree = tree;
        this.loop = loop;
        this.kind = kind;
    }

    public void listen(Listener<T> listener) {
        listeners.add(listener);
    }

    public boolean caughtUp() {
        return caughtUp;
    }

    public @Nullable Entry<T> get(String id) {
        return entries.get(id);
    }

    /** Whether there may be such a record: also when only its creation was seen and its content is still on its way. */
    public boolean mayExist(String id) {
        return entries.containsKey(id) || reads.containsKey(id) || own.mayExist(id);
    }

    /** Whether a record has changed, or is being changed by us, and its new content is still on its way. */
    public boolean outdated(String id) {
        return reads.containsKey(id) || own.underWay(id);
    }

    /** All records, a view that follows the copy. */
    public Collection<Entry<T>> all() {
        return entries.values();
    }

    public boolean locked(String id) {
        return contenders.locked(id);
    }

    /** Whether the lock directory of a record is known to exist. */
    public boolean hasLockDirectory(String id) {
        return contenders.hasDirectory(id);
    }

    /** Ids of all lock directories, also of records that are gone. */
    public Set<String> lockDirectories() {
        return contenders.directories();
    }

    /** How many records could not be read so far, each counted once. */
    public long oddRecords() {
        return oddRecords;
    }

    /** Completes when everything is known that happened before the call. */
    public CompletableFuture<Void> settled() {
        return reads.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.allOf(reads.values().toArray(CompletableFuture[]::new));
    }

    /** To be called when the session has become unusable. */
    public void disconnected() {
        caughtUp = false;
        walk++;
    }

    /** To be called when the session has become usable, for the first time or again: makes the copy anew. */
    public void connected() {
        var turn = ++walk;
        caughtUp = false;
        own.clear();
        reads.clear();
        readAgain.clear();
        setWatches();
        var records = tree.children(kind.root())
                .handleAsync((names, failure) -> listed(turn, names, failure), loop)
                .thenCompose(x -> x);
        var locks = kind.locksInside()
                ? CompletableFuture.<Void>completedFuture(null)
                : tree.children(kind.lockRoot())
                        .handleAsync((names, failure) -> locksListed(turn, names, failure), loop)
                        .thenCompose(x -> x);
        CompletableFuture.allOf(records, locks).whenCompleteAsync((x, failure) -> walked(turn, failure), loop);
    }

    private void setWatches() {
        var session = tree.session().id();
        if (session == watchedSession) {
            return;
        }
        watchedSession = session;
        watches.clear();
        watch(kind.root(), session);
        if (!kind.locksInside()) {
            watch(kind.lockRoot(), session);
        }
    }

    private void watch(String root, long session) {
        tree.watch(root, change -> loop.execute(() -> changed(change)))
                .whenCompleteAsync(
                        (watch, failure) -> {
                            if (watch != null) {
                                watches.add(watch);
                            } else if (session == watchedSession) {
                                watchedSession = 0;
                                LOG.warn("Could not watch {}: {}", root, String.valueOf(failure));
                            }
                        },
                        loop);
    }

    private CompletableFuture<Void> listed(int turn, @Nullable List<String> names, @Nullable Throwable failure) {
        if (turn != walk) {
            return CompletableFuture.completedFuture(null);
        }
        if (names == null) {
            return orEmpty(failure, () -> forgetAllBut(Set.of()));
        }
        forgetAllBut(new HashSet<>(names));
        var steps = new ArrayList<CompletableFuture<?>>();
        for (var id : names) {
            steps.add(read(id));
            if (kind.locksInside()) {
                steps.add(listLock(turn, id));
            }
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> locksListed(int turn, @Nullable List<String> ids, @Nullable Throwable failure) {
        if (turn != walk || ids == null) {
            return turn == walk
                    ? orEmpty(failure, () -> contenders.retain(Set.of()))
                    : CompletableFuture.completedFuture(null);
        }
        contenders.retain(Set.copyOf(ids));
        return CompletableFuture.allOf(
                ids.stream().map(id -> listLock(turn, id)).toArray(CompletableFuture[]::new));
    }

    /** Nothing there is as good as an empty listing; any other failure means that the walk failed. */
    private static CompletableFuture<Void> orEmpty(@Nullable Throwable failure, Runnable whenMissing) {
        if (failure != null && TreeException.codeOf(failure) != Code.NO_NODE) {
            return CompletableFuture.failedFuture(failure);
        }
        whenMissing.run();
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> listLock(int turn, String id) {
        return tree.children(kind.lockDir().apply(id))
                .handleAsync(
                        (names, failure) -> {
                            if (turn == walk) {
                                if (names != null) {
                                    contenders.listed(id, names);
                                } else {
                                    contenders.directory(id, false);
                                }
                            }
                            return null;
                        },
                        loop);
    }

    private void walked(int turn, @Nullable Throwable failure) {
        if (turn != walk) {
            return;
        }
        if (failure != null) {
            LOG.warn(
                    "Reading all {} records failed, to be repeated after the next connection: {}",
                    kind.name(),
                    String.valueOf(failure));
            return;
        }
        caughtUp = true;
        LOG.debug("All {} {} records are known", entries.size(), kind.name());
        whole.run();
    }

    private void forgetAllBut(Set<String> ids) {
        for (var id : List.copyOf(entries.keySet())) {
            if (!ids.contains(id)) {
                remove(id);
            }
        }
    }

    private void changed(Tree.Change change) {
        var path = change.path();
        var exists = change.kind() != Tree.Change.Kind.DELETED;
        var parent = Paths.parent(path);
        if (parent.equals(kind.root())) {
            recordChanged(Paths.name(path), change.kind());
        }
        if (change.kind() == Tree.Change.Kind.CHANGED) {
            return;
        }
        kind.lockOwner(path).ifPresent(id -> contenders.directory(id, exists));
        kind.lockOwner(parent).ifPresent(id -> {
            if (contenders.contender(id, Paths.name(path), exists)) {
                List.copyOf(listeners).forEach(l -> l.lockChanged(id, contenders.locked(id)));
            }
        });
    }

    private void recordChanged(String id, Tree.Change.Kind change) {
        switch (change) {
            case CREATED -> {
                if (!own.explainsCreation(id)) {
                    read(id);
                }
            }
            case CHANGED -> {
                if (!own.explainsChange(id)) {
                    read(id);
                }
            }
            case DELETED -> {
                own.gone(id);
                reads.computeIfPresent(id, (x, read) -> {
                    read.complete(null);
                    return null;
                });
                remove(id);
            }
        }
    }

    private CompletableFuture<Void> read(String id) {
        var underWay = reads.get(id);
        if (underWay != null) {
            readAgain.add(id);
            return underWay;
        }
        var done = new CompletableFuture<Void>();
        reads.put(id, done);
        readNow(id, done);
        return done;
    }

    private void readNow(String id, CompletableFuture<Void> done) {
        tree.get(kind.path(id)).whenCompleteAsync((znode, failure) -> readDone(id, done, znode, failure), loop);
    }

    private void readDone(String id, CompletableFuture<Void> done, @Nullable Znode znode, @Nullable Throwable failure) {
        if (reads.get(id) != done) {
            done.complete(null);
            return;
        }
        if (readAgain.remove(id)) {
            readNow(id, done);
            return;
        }
        // First up to date, then told: who is told looks at once.
        reads.remove(id);
        if (znode != null) {
            if (!put(id, znode)) {
                tell(id, entries.get(id), entries.get(id));
            }
        } else if (TreeException.codeOf(Objects.requireNonNull(failure)) == Code.NO_NODE) {
            if (!remove(id)) {
                tell(id, null, null);
            }
        } else {
            done.completeExceptionally(failure);
            return;
        }
        done.complete(null);
    }

    /** @return whether it was news */
    private boolean put(String id, Znode znode) {
        var before = entries.get(id);
        if (before != null && before.stat().mzxid() >= znode.stat().mzxid()) {
            return false;
        }
        var after = decode(id, znode);
        entries.put(id, after);
        tell(id, before, after);
        return true;
    }

    private void tell(String id, @Nullable Entry<T> before, @Nullable Entry<T> after) {
        List.copyOf(listeners).forEach(l -> l.changed(id, before, after));
    }

    private Entry<T> decode(String id, Znode znode) {
        try {
            return new Entry<>(id, kind.decode(id, znode.data()), "", znode.stat());
        } catch (Json.Unreadable e) {
            if (oddReported.add(id)) {
                oddRecords++;
                LOG.warn("Leaving {} alone: {}", kind.path(id), e.getMessage());
            }
            return new Entry<>(id, null, String.valueOf(e.getMessage()), znode.stat());
        }
    }

    /** @return whether it was known */
    private boolean remove(String id) {
        var before = entries.remove(id);
        oddReported.remove(id);
        if (kind.locksInside()) {
            contenders.directory(id, false);
        }
        if (before != null) {
            tell(id, before, null);
        }
        return before != null;
    }

    void beginWrite(String id) {
        own.begin(id);
    }

    /** @param znode what was written, null when it failed or nobody knows */
    void endWrite(String id, @Nullable Znode znode) {
        var othersWrote = own.end(id, znode != null);
        if (znode != null) {
            put(id, znode);
        }
        if (othersWrote || znode == null) {
            read(id);
        }
    }

    void beginCreation() {
        own.beginCreation();
    }

    /** @param znode what was created, null when it failed or nobody knows */
    void endCreation(@Nullable Znode znode) {
        var others = own.endCreation(znode == null ? "" : znode.name());
        if (znode != null) {
            put(znode.name(), znode);
        }
        others.forEach(this::read);
    }
}
