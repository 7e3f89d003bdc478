package dev.nodepool.internal.launcher;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.provider.BackOff;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Requests that are left alone for a while because something went wrong with them that no event will tell the end of.
 * The pause grows with each failure. Lives on the loop.
 */
final class Rests {

    private static final BackOff BACK_OFF = BackOff.between(Duration.ofMillis(200), Duration.ofSeconds(30));

    private final Timer timer;
    private final Runnable over;
    private final Map<String, BackOff> failures = new HashMap<>();
    private final Set<String> resting = new HashSet<>();

    /**
     * @param timer runs on the loop
     * @param over run when a pause is over
     */
    Rests(Timer timer, Runnable over) {
        this.timer = timer;
        this.over = over;
    }

    void failed(String request) {
        var backOff = failures.getOrDefault(request, BACK_OFF).failed();
        failures.put(request, backOff);
        if (resting.add(request)) {
            timer.after(backOff.delay(), () -> {
                if (resting.remove(request)) {
                    over.run();
                }
            });
        }
    }

    boolean resting(String request) {
        return resting.contains(request);
    }

    /** The request is answered or gone. */
    void forget(String request) {
        failures.remove(request);
        resting.remove(request);
    }
}
