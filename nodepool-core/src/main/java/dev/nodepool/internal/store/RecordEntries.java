package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.StoredRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of a live copy, readable or odd, and who is told of them. To be used on the loop. */
final class RecordEntries<T extends StoredRecord> {

    private static final Logger LOG = LoggerFactory.getLogger(RecordEntries.class);

    private final Loop loop;
    private final RecordKind<T, ?, ?> kind;
    private final Map<String, Entry<T>> entries = new HashMap<>();
    private final List<RecordCache.Listener<T>> listeners = new ArrayList<>();
    private final Set<String> oddReported = new HashSet<>();
    private final AtomicLong odd = new AtomicLong();
    private String newest = "";

    RecordEntries(Loop loop, RecordKind<T, ?, ?> kind) {
        this.loop = loop;
        this.kind = kind;
    }

    void listen(RecordCache.Listener<T> listener) {
        listeners.add(listener);
    }

    /** A listener that throws has no say in what happens to the copy. */
    void tell(Consumer<RecordCache.Listener<T>> what) {
        List.copyOf(listeners).forEach(listener -> loop.guard(() -> what.accept(listener)));
    }

    @Nullable Entry<T> get(String id) {
        return entries.get(id);
    }

    boolean contains(String id) {
        return entries.containsKey(id);
    }

    /** A view that follows the copy. */
    Collection<Entry<T>> all() {
        return Collections.unmodifiableCollection(entries.values());
    }

    List<String> ids() {
        return List.copyOf(entries.keySet());
    }

    /** The highest number of a record ever seen, an empty text when there was none. */
    String newest() {
        return newest;
    }

    /** How many could not be read so far, each counted once for as long as it stays; for any thread. */
    long oddRecords() {
        return odd.get();
    }

    /** @return whether it was news */
    boolean put(String id, Znode znode) {
        var before = entries.get(id);
        if (before != null && before.stat().mzxid() >= znode.stat().mzxid()) {
            return false;
        }
        var after = decode(id, znode);
        entries.put(id, after);
        var number = OwnWrites.number(id);
        newest = number.compareTo(newest) > 0 ? number : newest;
        tell(listener -> listener.changed(id, before, after));
        return true;
    }

    private Entry<T> decode(String id, Znode znode) {
        try {
            return new Entry<>(id, kind.decode(id, znode.data()), "", znode.stat());
        } catch (Json.Unreadable e) {
            var reason = String.valueOf(e.getMessage());
            leaveAlone(id, reason);
            return new Entry<>(id, null, reason, znode.stat());
        }
    }

    /** Counts and logs one that can not be read. */
    void leaveAlone(String id, String reason) {
        if (oddReported.add(id)) {
            odd.incrementAndGet();
            LOG.warn("Leaving {} alone: {}", kind.path(id), reason);
        }
    }

    /** @return whether it was known */
    boolean remove(String id) {
        var before = entries.remove(id);
        oddReported.remove(id);
        if (before != null) {
            tell(listener -> listener.changed(id, before, null));
        }
        return before != null;
    }
}
