package dev.nodepool.internal.tree;

import dev.nodepool.config.ZooKeeperConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A tree of znodes, seen through one session at a time.
 *
 * <p>Every call returns at once; its future fails with {@link TreeException}. Nothing is ever tried again by itself: a
 * caller that gets {@link TreeException.Code#CONNECTION_LOSS} for a write does not know whether it happened.
 *
 * <p>Futures, watch events and session events are delivered one after the other, in the order of the server: the event
 * of a change comes before the reply of any call that already shows the change, also of the call that made it. The
 * delivering thread must not be blocked. Thread-safe.
 */
public interface Tree extends AutoCloseable {

    /**
     * How many bytes of data one call may carry. A server drops the connection of whoever sends more than its
     * {@code jute.maxbuffer}, which tells from a lost connection in nothing; so more is refused here, with
     * {@link TreeException.Code#OTHER}.
     */
    int MAX_DATA = 1_000_000;

    /**
     * Creates a znode; for the sequential modes the server appends ten digits to the path, which may end in a slash.
     * Parents must exist.
     */
    CompletableFuture<Znode> create(String path, byte[] data, Mode mode);

    /**
     * Creates a znode in one session only.
     *
     * @param session id of the session; when it is no longer in use nothing is sent and the future fails with
     *     {@link TreeException.Code#SESSION_EXPIRED}
     */
    CompletableFuture<Znode> create(String path, byte[] data, Mode mode, long session);

    /** Creates missing persistent, empty znodes down to this one; what exists already is fine. */
    CompletableFuture<Void> ensure(String path);

    /**
     * Replaces data.
     *
     * @param version the version it must have, or -1 for any
     */
    CompletableFuture<Stat> set(String path, byte[] data, int version);

    /**
     * Deletes a znode without children.
     *
     * @param version the version it must have, or -1 for any
     */
    CompletableFuture<Void> delete(String path, int version);

    /** Does all or nothing. A failed one names the first operation that could not be done. */
    CompletableFuture<List<Op.Done>> multi(List<Op> operations);

    /**
     * Does all or nothing in one session only.
     *
     * @param session id of the session; when it is no longer in use nothing is sent and the future fails with
     *     {@link TreeException.Code#SESSION_EXPIRED}
     */
    CompletableFuture<List<Op.Done>> multi(List<Op> operations, long session);

    CompletableFuture<Znode> get(String path);

    /** Reads data and tells once when it changes or goes away; like a standing watch it ends with the session. */
    CompletableFuture<Znode> get(String path, Runnable changed);

    /** Names of the children, in no order. */
    CompletableFuture<List<String>> children(String path);

    CompletableFuture<Optional<Stat>> exists(String path);

    /**
     * Completes when this session's server knows everything that was written before the call, also by others. After a
     * lost answer the next server may lag behind the one that took the write.
     */
    CompletableFuture<Void> sync();

    /**
     * Tells every creation, change and deletion at or below a path until it is closed. The watch belongs to the
     * session: after a lost one it has to be set anew, and after any disconnection changes may have been missed.
     *
     * @return completes when the server has set the watch
     */
    CompletableFuture<Watch> watch(String path, WatchListener listener);

    Session session();

    /** After how long without a sign of life a server ends the session, as it was granted. */
    default Duration sessionTimeout() {
        return ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT;
    }

    /** Tells changes of the session until the returned action is run. */
    Runnable onSession(SessionListener listener);

    /** Ends the session, which is told as lost; ephemeral znodes vanish at once. */
    @Override
    void close();

    /** A standing recursive watch. */
    interface Watch {
        void close();
    }

    @FunctionalInterface
    interface WatchListener {
        void changed(Change change);
    }

    @FunctionalInterface
    interface SessionListener {
        void changed(Session session);
    }

    /** A change somewhere below a watched path. */
    record Change(Kind kind, String path) {
        public enum Kind {
            CREATED,
            CHANGED,
            DELETED
        }
    }

    enum Mode {
        PERSISTENT,
        PERSISTENT_SEQUENTIAL,
        EPHEMERAL,
        EPHEMERAL_SEQUENTIAL;

        public boolean sequential() {
            return this == PERSISTENT_SEQUENTIAL || this == EPHEMERAL_SEQUENTIAL;
        }

        public boolean ephemeral() {
            return this == EPHEMERAL || this == EPHEMERAL_SEQUENTIAL;
        }
    }
}
