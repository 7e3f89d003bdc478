package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of the kit. What a driver blocks for good is lost to it, but holds up neither the kit nor the VM's end. */
final class KitThreads implements AutoCloseable {

    /** Threads of this name are not the driver's. */
    static final String PREFIX = "conformance-";

    /** As many as the launcher lends to a provider. */
    private static final int PER_PROVIDER = 8;

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

    private static ThreadFactory daemons(String role) {
        var factory = Executors.defaultThreadFactory();
        return task -> {
            var thread = factory.newThread(task);
            thread.setName(PREFIX + role + "-" + thread.getName());
            thread.setDaemon(true);
            return thread;
        };
    }
}
