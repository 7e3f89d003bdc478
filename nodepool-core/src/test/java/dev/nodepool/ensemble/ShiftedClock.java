package dev.nodepool.ensemble;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The real time and how much it is wrong. */
final class ShiftedClock implements InstantSource {

    private volatile Duration shift = Duration.ZERO;

    void shift(Duration value) {
        shift = value;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(shift);
    }
}
