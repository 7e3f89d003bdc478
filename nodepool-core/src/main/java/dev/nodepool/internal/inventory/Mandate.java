package dev.nodepool.internal.inventory;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.store.Stores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to look after the hosts of a provider, which one launcher has at a time, together with the certainty that
 * everything that was written before is known. Lives on the loop.
 */
final class Mandate {

    private static final Logger LOG = LoggerFactory.getLogger(Mandate.class);

    /** After ZooKeeper failed us. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The place in the queue is kept as long as the session lives; this only gives the wait an end. */
    private static final Duration QUEUE = Duration.ofDays(1);

    private final Stores stores;
    private final String provider;
    private final Runnable changed;
    private @Nullable LockHandle lock;
    private @Nullable CompletableFuture<LockHandle> queued;
    private boolean current;
    private boolean refreshing;
    private boolean stopped;

    /** @param changed run when it is worth asking again */
    Mandate(Stores stores, String provider, Runnable changed) {
        this.stores = stores;
        this.provider = provider;
        this.changed = changed;
    }

    /** The lock, when we have it and know everything; else what is needed for that is begun. */
    Optional<LockHandle> get() {
        var held = lock;
        if (held == null || !held.valid(stores.tree().session())) {
            lock = null;
            queue();
        } else if (current) {
            return Optional.of(held);
        } else {
            refresh(held);
        }
        return Optional.empty();
    }

    private void queue() {
        if (queued != null) {
            return;
        }
        var wait = stores.locks().lock(Layout.INVENTORY_LOCKS + "/" + provider, Directory.WITH_PARENTS, QUEUE);
        queued = wait;
        wait.whenCompleteAsync(
                (handle, failure) -> {
                    queued = null;
                    if (handle == null) {
                        LOG.debug("No turn yet to enter the hosts of {}", provider, failure);
                        later();
                    } else if (stopped) {
                        stores.locks().release(handle);
                    } else {
                        lock = handle;
                        current = false;
                        changed.run();
                    }
                },
                stores.loop());
    }

    private void later() {
        stores.threads().timerOn(stores.loop()).after(RETRY, changed);
    }

    /**
     * Makes sure that the copy of all nodes has what predecessors wrote, and what we wrote ourselves without hearing of it. A
     * slot that is entered on an older copy might be entered twice.
     */
    private void refresh(LockHandle held) {
        if (refreshing) {
            return;
        }
        refreshing = true;
        // The server answers in order: with any answer of the session, the events of all that was before have come.
        Sessions.connected(stores.tree(), held.session())
                .thenCompose(x -> stores.tree().exists(Layout.NODES))
                .thenComposeAsync(x -> stores.nodes().cache().settled(), stores.loop())
                .whenCompleteAsync(
                        (x, failure) -> {
                            refreshing = false;
                            // Of another lock, or none, it says nothing.
                            current = failure == null && lock == held;
                            if (current) {
                                changed.run();
                            } else {
                                later();
                            }
                        },
                        stores.loop());
    }

    /** Something was written, or was not: nobody knows. */
    void doubt() {
        current = false;
    }

    /** The session is over and the lock with it. */
    void sessionLost() {
        lock = null;
        current = false;
    }

    /** The server says that the lock is not ours, so that it has to be had anew; a contender that is there nevertheless goes. */
    void lost() {
        if (lock != null) {
            stores.locks().release(lock);
        }
        sessionLost();
    }

    /** Leaves it to whoever is next. */
    void stop() {
        stopped = true;
        if (queued != null) {
            queued.cancel(false);
        }
        if (lock != null) {
            stores.locks().release(lock);
            lock = null;
        }
    }
}
