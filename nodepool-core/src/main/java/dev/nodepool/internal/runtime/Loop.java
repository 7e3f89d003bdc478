package dev.nodepool.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs actions one after the other, in the order given, on threads it borrows. What is only touched by a loop needs no
 * lock. An action that throws is logged and counted; the loop goes on.
 */
public final class Loop implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    /** Actions run in a row before the thread is given back, so that one busy loop does not starve others. */
    private static final int BATCH = 256;

    private static final long RETRY_MILLIS = 250;

    private final String name;
    private final Executor shared;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private final AtomicLong failures = new AtomicLong();

    public Loop(String name, Executor shared) {
        this.name = name;
        this.shared = shared;
    }

    @Override
    public void execute(Runnable action) {
        synchronized (waiting) {
            waiting.add(action);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        schedule();
    }

    /**
     * Runs an action of somebody else within another one: when it throws that is logged and counted, and the other one
     * goes on.
     */
    public void guard(Runnable action) {
        run(action);
    }

    /** A pool that has no thread at the moment must not leave us scheduled for ever. */
    private void schedule() {
        try {
            shared.execute(this::drain);
        } catch (RuntimeException | Error refused) {
            failures.incrementAndGet();
            LOG.error("No thread for {}; it is tried again in {} ms", name, RETRY_MILLIS, refused);
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(this::schedule);
        }
    }

    /** How many actions threw, and how often there was no thread. */
    public long failures() {
        return failures.get();
    }

    private void drain() {
        for (var i = 0; i < BATCH; i++) {
            Runnable next;
            synchronized (waiting) {
                next = waiting.poll();
                if (next == null) {
                    scheduled = false;
                    return;
                }
            }
            run(next);
        }
        schedule();
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            failures.incrementAndGet();
            LOG.error("Unexpected exception in {}", name, e);
        }
    }
}
