package dev.nodepool.internal.launcher;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.provider.BackOff;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Requests that are left alone for a while because they were taken without success, so that nothing can make them be
 * taken and given back in a circle. The pause grows with each failure. Lives on the loop.
 */
final class Rests {

    private static final BackOff UNEXPLAINED = BackOff.between(Duration.ofMillis(200), Duration.ofSeconds(30));
    private static final BackOff GIVEN_BACK = BackOff.between(Duration.ofMillis(50), Duration.ofSeconds(2));

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

    /** Something went wrong that no event will tell the end of. */
    void failed(String request) {
        rest(request, UNEXPLAINED);
    }

    /** It was given back for a reason that decisions know of. */
    void givenBack(String request) {
        rest(request, GIVEN_BACK);
    }

    private void rest(String request, BackOff kind) {
        var known = failures.getOrDefault(request, kind);
        var backOff = new BackOff(kind.first(), kind.cap(), known.failures()).failed();
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
