package dev.nodepool.internal.metrics;

import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Stores;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of all launchers of both kinds one tells the figures that are the same for all: who holds Python's election, for as
 * long as it lives. The others stand in its queue. Lives on the loop.
 */
final class StatsElection {

    private static final Logger LOG = LoggerFactory.getLogger(StatsElection.class);

    private static final BackOff BACK_OFF = BackOff.between(Duration.ofSeconds(1), Duration.ofSeconds(60));

    /** The place in the queue is kept as long as the session lives; this only gives the wait an end. */
    private static final Duration QUEUE = Duration.ofDays(1);

    private final Stores stores;
    private final Runnable elected;
    private @Nullable LockHandle lock;
    private @Nullable CompletableFuture<LockHandle> queued;
    private BackOff backOff = BACK_OFF;
    private boolean stopped;

    /**
     * Takes part from the next connection on.
     *
     * @param elected run each time it is our turn
     */
    StatsElection(Stores stores, Runnable elected) {
        this.stores = stores;
        this.elected = elected;
        stores.onConnected(this::queue);
    }

    /** Whether it is our turn. */
    boolean won() {
        return lock != null && lock.valid(stores.tree().session());
    }

    private void queue() {
        if (stopped || queued != null || won() || !stores.tree().session().connected()) {
            return;
        }
        lock = null;
        var wait = stores.locks().lock(Layout.STATS_ELECTION, Directory.WITH_PARENTS, QUEUE);
        queued = wait;
        wait.whenCompleteAsync(this::answered, stores.loop());
    }

    private void answered(@Nullable LockHandle handle, @Nullable Throwable failure) {
        queued = null;
        if (handle == null) {
            again(failure);
        } else if (stopped) {
            stores.locks().release(handle);
        } else {
            backOff = BACK_OFF;
            lock = handle;
            begin();
        }
    }

    private void begin() {
        if (won()) {
            LOG.info("This launcher tells the figures of all nodes");
            elected.run();
        } else {
            // The session ended meanwhile, and the next one may have begun while this answer was on its way.
            queue();
        }
    }

    private void again(@Nullable Throwable failure) {
        if (!stopped) {
            backOff = backOff.failed();
            LOG.warn("No place in the queue of those who tell the figures of all nodes: {}", String.valueOf(failure));
            stores.threads().timerOn(stores.loop()).after(backOff.delay(), this::queue);
        }
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
