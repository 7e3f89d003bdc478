package dev.nodepool.runner.profile;

import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks the Java VM again and again what its threads do; works everywhere, and writes no file. */
final class SampledProfile implements Profile {

    private static final Duration EVERY = Duration.ofMillis(20);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final HotSpots seen = new HotSpots();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(action -> {
        Thread thread = new Thread(action, "profile");
        thread.setDaemon(true);
        return thread;
    });

    static SampledProfile start() {
        SampledProfile profile = new SampledProfile();
        profile.sampler.scheduleWithFixedDelay(
                profile::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return profile;
    }

    private void look() {
        long own = Thread.currentThread().getId();
        for (ThreadInfo thread : threads.dumpAllThreads(false, false, 1)) {
            StackTraceElement[] stack = thread.getStackTrace();
            // A thread that waits in the kernel counts as runnable for Java.
            if (thread.getThreadState() == State.RUNNABLE
                    && thread.getThreadId() != own
                    && stack.length > 0
                    && !stack[0].isNativeMethod()) {
                seen.seen(stack[0].getClassName() + "." + stack[0].getMethodName(), thread.getThreadName());
            }
        }
    }

    @Override
    public List<String> stop() {
        sampler.shutdown();
        try {
            if (!sampler.awaitTermination(10, TimeUnit.SECONDS)) {
                return List.of("The sampler does not end; nothing is known");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("Interrupted; nothing is known");
        }
        return seen.lines();
    }
}
