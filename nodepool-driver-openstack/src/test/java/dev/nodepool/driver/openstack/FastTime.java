package dev.nodepool.driver.openstack;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time that runs by itself, but faster than outside: what takes a minute is tested in seconds. */
final class FastTime implements InstantSource, Timer, AutoCloseable {

    private final int speed;
    private final Instant start = Instant.parse("2024-01-01T00:00:00Z");
    private final long began = System.nanoTime();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2);

    FastTime(int speed) {
        this.speed = speed;
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant instant() {
        return start.plusNanos((System.nanoTime() - began) * speed);
    }

    @Override
    public Runnable after(Duration delay, Runnable action) {
        if (scheduler.isShutdown()) {
            return () -> {};
        }
        var future = scheduler.schedule(action, Math.max(0, delay.toNanos()) / speed, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
