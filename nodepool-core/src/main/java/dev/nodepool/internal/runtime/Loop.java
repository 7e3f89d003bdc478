package dev.nodepool.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
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

    private final String name;
    private final Executor shared;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private volatile long failures;

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
        shared.execute(this::drain);
    }

    /** How many actions threw. */
    public long failures() {
        return failures;
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
        shared.execute(this::drain);
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread at a time runs actions
    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            failures++;
            LOG.error("Unexpected exception in {}", name, e);
        }
    }
}
