package dev.nodepool.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets at most a number of actions at a time through to a shared executor; the others wait in order. */
public final class BoundedExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(BoundedExecutor.class);

    private static final long RETRY_MILLIS = 250;

    private final Executor shared;
    private final int limit;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    public BoundedExecutor(Executor shared, int limit) {
        this.shared = shared;
        this.limit = limit;
    }

    @Override
    public void execute(Runnable action) {
        synchronized (waiting) {
            if (running == limit) {
                waiting.add(action);
                return;
            }
            running++;
        }
        try {
            shared.execute(() -> run(action));
        } catch (RuntimeException | Error refused) {
            giveUpPlace();
            throw refused;
        }
    }

    private void run(Runnable first) {
        for (var action = first; action != null; action = next()) {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                LOG.error("Unexpected exception in the background", e);
            }
        }
    }

    /** What came to wait for this place meanwhile has nobody who would take it up. */
    private void giveUpPlace() {
        Runnable stranded = null;
        synchronized (waiting) {
            running--;
            if (running == 0) {
                stranded = waiting.poll();
            }
        }
        if (stranded != null) {
            retry(stranded);
        }
    }

    private void retry(Runnable action) {
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    try {
                        execute(action);
                    } catch (RuntimeException | Error refused) {
                        LOG.error("No thread for work in the background; it is tried again", refused);
                        retry(action);
                    }
                });
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            var next = waiting.poll();
            if (next == null) {
                running--;
            }
            return next;
        }
    }
}
