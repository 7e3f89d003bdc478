package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Timer;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Threads of the kit, all in one group, so that threads that a driver starts on them are known by it. What a driver blocks
 * for good is lost to it, but holds up neither the kit nor the VM's end.
 */
final class KitThreads implements AutoCloseable {

    private static final String PREFIX = "conformance-";

    /** As many as the launcher lends to a provider. */
    private static final int PER_PROVIDER = 8;

    private final ThreadGroup group = new ThreadGroup("conformance");
    private final AtomicInteger made = new AtomicInteger();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, daemons("timer"));
    private final ThreadPoolExecutor callers = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("call"));

    KitThreads() {
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Those who call the driver. */
    Executor callers() {
        return callers;
    }

    /** What one provider gets; its threads go when they are idle. */
    Executor ofProvider() {
        var pool = new ThreadPoolExecutor(
                PER_PROVIDER, PER_PROVIDER, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons("provider"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Real time. */
    Timer timer() {
        return (delay, action) -> {
            if (scheduler.isShutdown()) {
                return () -> {};
            }
            var later = scheduler.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> later.cancel(false);
        };
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        callers.shutdown();
    }

    /** Threads that were started on ours by somebody else. */
    Set<Thread> foreign() {
        var threads = new Thread[group.activeCount() + 100];
        var count = group.enumerate(threads);
        return Stream.of(threads)
                .limit(count)
                .filter(thread -> !thread.getName().startsWith(PREFIX))
                .collect(Collectors.toSet());
    }

    private ThreadFactory daemons(String role) {
        return task -> {
            var thread = new Thread(group, task, PREFIX + role + "-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
