package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Tree tree;
    private final Loop loop;
    private final Timer timer;
    private final RecordKind<T, ?, ?> kind;
    private final Runnable whole;
    private final RecordEntries<T> entries;
    private final Contenders contenders = new Contenders();
    private final OwnWrites own = new OwnWrites();
    private final Reads reads;
    private final Settling settling = new Settling();
    /** Records that came since the copy is being made anew: the listing of all may be older. */
    private final Set<String> came = new HashSet<>();

    private final List<RootWatch> watches = new ArrayList<>();
    private RecordWalk walk;
    private boolean caughtUp;

    /**
     * @param timer to try again when making the copy has failed
     * @param whole run on the loop when the copy is whole, for the first time or again
     */
    public RecordCache(Tree tree, Loop loop, Timer timer, RecordKind<T, ?, ?> kind, Runnable whole) {
        this.tree = tree;
        this.loop = loop;
        this.timer = timer;
        this.kind = kind;
        this.whole = whole;
        entries = new RecordEntries<>(loop, kind);
        reads = new Reads(tree, loop, kind::path, new ReadOutcome());
        walk = new RecordWalk(tree, loop, kind, reads, contenders, this::forgetAllBut);
        watches.add(new RootWatch(tree, loop, kind.root(), this::changed));
        if (!kind.locksInside()) {
            watches.add(new RootWatch(tree, loop, kind.lockRoot(), this::changed));
        }
    }

    public void listen(Listener<T> listener) {
        entries.listen(listener);
    }

    public boolean caughtUp() {
        return caughtUp;
    }

    public @Nullable Entry<T> get(String id) {
        return entries.get(id);
    }

    /** Whether there may be such a record: also when only its creation was seen and its content is still on its way. */
    public boolean mayExist(String id) {
        return entries.contains(id) || inDoubt(id);
    }

    /** Whether a record has changed, or is being changed by us, and its new content is still on its way. */
    public boolean outdated(String id) {
        return reads.underWay(id) || own.underWay(id);
    }

    private boolean inDoubt(String id) {
        return reads.underWay(id) || own.mayExist(id);
    }

    /** All records, a view that follows the copy. */
    public Collection<Entry<T>> all() {
        return entries.all();
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

    /** How many records could not be read so far, each counted once for as long as it stays; for any thread. */
    public long oddRecords() {
        return entries.oddRecords();
    }

    /**
     * Completes when everything is known that happened before the call; during an interruption not before the copy is
     * whole again.
     */
    public CompletableFuture<Void> settled() {
        var doubts = new HashSet<>(reads.keys());
        doubts.addAll(own.unclaimed());
        return caughtUp && doubts.isEmpty() ? CompletableFuture.completedFuture(null) : settling.await(doubts);
    }

    private void lookWhoIsSettled() {
        if (caughtUp) {
            settling.look(this::inDoubt);
        }
    }

    /** To be called when the session has become unusable. */
    public void disconnected() {
        caughtUp = false;
        walk.abandon();
    }

    /** To be called when the session has become usable, for the first time or again: makes the copy anew. */
    public void connected() {
        caughtUp = false;
        walk.abandon();
        own.clear();
        reads.clear();
        contenders.beginWalk();
        came.clear();
        var begun = new RecordWalk(tree, loop, kind, reads, contenders, this::forgetAllBut);
        walk = begun;
        begun.run(watches).whenCompleteAsync((x, failure) -> walked(begun, failure), loop);
    }

    private void walked(RecordWalk ended, @Nullable Throwable failure) {
        if (ended.abandoned()) {
            return;
        }
        if (failure != null) {
            LOG.warn("Reading all {} records failed and is tried again: {}", kind.name(), String.valueOf(failure));
            timer.after(RETRY, () -> loop.execute(() -> walkAgain(ended)));
            return;
        }
        caughtUp = true;
        came.clear();
        contenders.endWalk();
        LOG.debug("All {} {} records are known", entries.all().size(), kind.name());
        loop.guard(whole);
        lookWhoIsSettled();
    }

    private void walkAgain(RecordWalk failed) {
        if (!failed.abandoned()) {
            connected();
        }
    }

    private void forgetAllBut(Set<String> ids) {
        for (var id : entries.ids()) {
            if (!ids.contains(id) && !came.contains(id)) {
                remove(id);
            }
        }
        if (kind.locksInside()) {
            contenders.retain(ids);
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
                entries.tell(listener -> listener.lockChanged(id, contenders.locked(id)));
            }
        });
    }

    private void recordChanged(String id, Tree.Change.Kind change) {
        switch (change) {
            case CREATED -> {
                if (!caughtUp) {
                    came.add(id);
                }
                if (!own.explainsCreation(id)) {
                    reads.read(id);
                }
            }
            case CHANGED -> {
                if (!own.explainsChange(id)) {
                    reads.read(id);
                }
            }
            case DELETED -> {
                came.remove(id);
                own.gone(id);
                reads.overtaken(id);
                remove(id);
                lookWhoIsSettled();
            }
        }
    }

    private final class ReadOutcome implements Reads.Outcome {

        @Override
        public void found(String id, Znode znode) {
            if (!entries.put(id, znode)) {
                entries.tell(listener -> listener.changed(id, entries.get(id), entries.get(id)));
            }
            lookWhoIsSettled();
        }

        @Override
        public void gone(String id) {
            if (!remove(id)) {
                entries.tell(listener -> listener.changed(id, null, null));
            }
            lookWhoIsSettled();
        }

        @Override
        public void refused(String id, Throwable why) {
            entries.leaveAlone(id, String.valueOf(why));
            lookWhoIsSettled();
        }
    }

    /** @return whether it was known */
    private boolean remove(String id) {
        if (kind.locksInside()) {
            contenders.directory(id, false);
        }
        return entries.remove(id);
    }

    /** The highest number of a record ever seen, an empty text when there was none. */
    String newest() {
        return entries.newest();
    }

    void beginWrite(String id) {
        own.begin(id);
    }

    /** @param znode what was written, null when it failed or nobody knows */
    void endWrite(String id, @Nullable Znode znode) {
        var reply = own.end(id, znode != null);
        if (znode != null && reply != OwnWrites.Reply.USELESS) {
            entries.put(id, znode);
        }
        if (reply != OwnWrites.Reply.TRUE) {
            reads.read(id);
        }
    }

    /** @return what to end it with */
    int beginCreation() {
        return own.beginCreation();
    }

    /** @param znode what was created, null when it failed or nobody knows */
    void endCreation(int begun, @Nullable Znode znode) {
        var stillThere = znode != null && own.stillThere(begun, znode.name());
        var others = own.endCreation(begun, znode == null ? "" : znode.name());
        if (znode != null && stillThere) {
            entries.put(znode.name(), znode);
        } else if (znode != null) {
            reads.read(znode.name());
        }
        others.forEach(reads::read);
        lookWhoIsSettled();
    }
}
