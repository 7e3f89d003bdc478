package dev.nodepool.internal.provider;

import java.time.Duration;

/**
 * How long to wait after failures in a row: doubles each time up to a cap. Immutable.
 *
 * @param failures failures so far
 */
public record BackOff(Duration first, Duration cap, int failures) {

    public static BackOff between(Duration first, Duration cap) {
        return new BackOff(first, cap, 0);
    }

    public BackOff failed() {
        return new BackOff(first, cap, failures + 1);
    }

    /** How long to wait now; nothing before the first failure. */
    public Duration delay() {
        if (failures == 0) {
            return Duration.ZERO;
        }
        var factor = 1L << Math.min(failures - 1, 20);
        var delay = first.multipliedBy(factor);
        return delay.compareTo(cap) > 0 ? cap : delay;
    }
}
