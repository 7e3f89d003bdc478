package dev.nodepool.driver;

import java.time.Duration;

/** Runs actions later. Thread-safe. */
public interface Timer {

    /**
     * Runs an action once, after a delay.
     *
     * @return cancels the action when run; harmless afterwards
     */
    Runnable after(Duration delay, Runnable action);
}
