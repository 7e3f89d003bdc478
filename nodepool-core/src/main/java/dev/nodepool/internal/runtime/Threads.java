package dev.nodepool.internal.runtime;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Time, chance and threads of one process part: a wall clock, a timer, new names, and a pool that grows with the work and shrinks to
 * nothing when idle.
 */
public final class Threads implements AutoCloseable {

    private final InstantSource clock;
    private final Executor shared;
    private final Timer timer;
    private final Supplier<UUID> ids;
    private final Runnable close;

    /** Time and threads that somebody else owns, e.g. a test. */
    public Threads(InstantSource clock, Executor shared, Timer timer) {
        this(clock, shared, timer, UUID::randomUUID);
    }

    /** The same with names from elsewhere, so that a run can be repeated; never the same twice in any process. */
    public Threads(InstantSource clock, Executor shared, Timer timer, Supplier<UUID> ids) {
        this(clock, shared, timer, ids, () -> {});
    }

    private Threads(InstantSource clock, Executor shared, Timer timer, Supplier<UUID> ids, Runnable close) {
        this.clock = clock;
        this.shared = shared;
        this.timer = timer;
        this.ids = ids;
        this.close = close;
    }

    /** Real time and daemon threads of its own. */
    public static Threads real(String name) {
        var factory = daemons(name);
        var pool =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
        var scheduler = new ScheduledThreadPoolExecutor(1, daemons(name + "-timer"));
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new Threads(
                InstantSource.system(),
                quiet(pool),
                (delay, action) -> schedule(scheduler, pool, delay, action),
                UUID::randomUUID,
                () -> {
                    scheduler.shutdownNow();
                    pool.shutdown();
                });
    }

    public InstantSource clock() {
        return clock;
    }

    public Executor shared() {
        return shared;
    }

    /** Delayed actions; they run on {@link #shared()}. */
    public Timer timer() {
        return timer;
    }

    /** Delayed actions that run on another executor. */
    public Timer timerOn(Executor executor) {
        return (delay, action) -> timer.after(delay, () -> executor.execute(action));
    }

    /** A name that nothing else has. */
    public UUID newId() {
        return ids.get();
    }

    /** The same without hyphens, as Python writes it. */
    public String plainId() {
        return newId().toString().replace("-", "");
    }

    /** Seconds since the epoch, as records hold them. */
    public double now() {
        var instant = clock.instant();
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    @Override
    public void close() {
        close.run();
    }

    private static Runnable schedule(
            ScheduledThreadPoolExecutor scheduler, ExecutorService pool, Duration delay, Runnable action) {
        if (scheduler.isShutdown()) {
            return () -> {};
        }
        try {
            var future = scheduler.schedule(
                    () -> quiet(pool).execute(action), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closedMeanwhile) {
            return () -> {};
        }
    }

    /** After the end nothing runs any more, and nobody is to be surprised by that. */
    private static Executor quiet(ExecutorService pool) {
        return action -> {
            try {
                pool.execute(action);
            } catch (RejectedExecutionException e) {
                if (!pool.isShutdown()) {
                    throw e;
                }
            }
        };
    }

    /** Makes threads that do not keep the process alive, for libraries that want threads of their own. */
    public static ThreadFactory daemons(String name) {
        var count = new AtomicInteger();
        return action -> {
            var thread = new Thread(action, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
