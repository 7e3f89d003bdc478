package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What a provider under check is lent. Knows what the provider still waits for, and can keep it waiting. */
final class KitContext implements ProviderContext {

    private final Scratch scratch;
    private final Timer real;
    private final Executor pool;
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    KitContext(Scratch scratch, KitThreads threads) {
        this.scratch = scratch;
        this.real = scratch.timer == null ? threads.timer() : scratch.timer;
        this.pool = threads.ofProvider();
    }

    @Override
    public String provider() {
        return scratch.provider;
    }

    @Override
    public InstantSource clock() {
        return scratch.clock;
    }

    @Override
    public Timer timer() {
        return this::after;
    }

    @Override
    public Executor executor() {
        return this::execute;
    }

    /** Timers that are set and tasks that are not done. */
    int waiting() {
        return waiting.get();
    }

    /** As if all threads were busy: nothing is executed until {@link #release}. */
    synchronized void hold() {
        holding = true;
    }

    void release() {
        List<Runnable> due;
        synchronized (this) {
            holding = false;
            due = List.copyOf(held);
            held.clear();
        }
        due.forEach(pool::execute);
    }

    private void execute(Runnable task) {
        waiting.incrementAndGet();
        Runnable counted = () -> {
            try {
                task.run();
            } finally {
                waiting.decrementAndGet();
            }
        };
        synchronized (this) {
            if (holding) {
                held.add(counted);
                return;
            }
        }
        pool.execute(counted);
    }

    private Runnable after(Duration delay, Runnable action) {
        waiting.incrementAndGet();
        var over = new AtomicBoolean();
        Runnable end = () -> {
            if (over.compareAndSet(false, true)) {
                waiting.decrementAndGet();
            }
        };
        var cancel = real.after(delay, () -> {
            execute(action);
            end.run();
        });
        return () -> {
            cancel.run();
            end.run();
        };
    }
}
