package dev.nodepool;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Threads;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Time and threads that a role uses, as far as its owner wants to give them. Immutable; begin with {@link #OWN}. What is given
 * stays the giver's to close, after the role.
 */
public final class Resources {

    /** The real time, and daemon threads of the role's own that come with work and go when it is idle. */
    public static final Resources OWN = new Resources(null, null, null);

    private final @Nullable InstantSource clock;
    private final @Nullable Executor executor;
    private final @Nullable Timer timer;

    private Resources(@Nullable InstantSource clock, @Nullable Executor executor, @Nullable Timer timer) {
        this.clock = clock;
        this.executor = executor;
        this.timer = timer;
    }

    /** @param value the wall clock; what waits for time to pass asks the timer */
    public Resources withClock(InstantSource value) {
        return new Resources(value, executor, timer);
    }

    /**
     * @param value runs actions that may block on clouds, so it should not be bounded tightly; one that makes a virtual thread
     *     for each action does well. What it refuses is tried again for as long as the role is open.
     */
    public Resources withExecutor(Executor value) {
        return new Resources(clock, value, timer);
    }

    /** @param value runs short actions later; one that tests move by hand will do */
    public Resources withTimer(Timer value) {
        return new Resources(clock, executor, value);
    }

    Threads threads(String name) {
        return Threads.of(name, clock, executor, timer);
    }
}
