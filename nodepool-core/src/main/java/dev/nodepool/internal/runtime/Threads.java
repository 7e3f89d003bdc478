package dev.nodepool.internal.runtime;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
        return of(name, null, null, null);
    }

    /**
     * What is given is used and stays its owner's; the rest is real, with daemon threads of its own.
     *
     * @param shared runs actions that may block; null for a pool of its own
     */
    public static Threads of(
            String name, @Nullable InstantSource clock, @Nullable Executor shared, @Nullable Timer timer) {
        var closed = new AtomicBoolean();
        var pool = shared == null ? pool(name) : null;
        var executor = quiet(shared == null ? Objects.requireNonNull(pool) : shared, closed::get);
        var scheduler = timer == null ? scheduler(name) : null;
        return new Threads(
                clock == null ? InstantSource.system() : clock,
                executor,
                scheduler == null
                        ? Objects.requireNonNull(timer)
                        : (delay, action) -> schedule(scheduler, executor, delay, action),
                UUID::randomUUID,
                () -> {
                    closed.set(true);
                    if (scheduler != null) {
                        scheduler.shutdownNow();
                    }
                    if (pool != null) {
                        pool.shutdown();
                    }
                });
    }

    private static ExecutorService pool(String name) {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons(name));
    }

    private static ScheduledThreadPoolExecutor scheduler(String name) {
        var scheduler = new ScheduledThreadPoolExecutor(1, daemons(name + "-timer"));
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return scheduler;
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
            ScheduledThreadPoolExecutor scheduler, Executor executor, Duration delay, Runnable action) {
        if (scheduler.isShutdown()) {
            return () -> {};
        }
        try {
            var future = scheduler.schedule(
                    () -> executor.execute(action), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closedMeanwhile) {
            return () -> {};
        }
    }

    /** After the end nothing runs any more, and nobody is to be surprised by that. */
    private static Executor quiet(Executor pool, BooleanSupplier closed) {
        return action -> {
            if (closed.getAsBoolean()) {
                return;
            }
            try {
                pool.execute(action);
            } catch (RejectedExecutionException e) {
                if (!closed.getAsBoolean()) {
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
