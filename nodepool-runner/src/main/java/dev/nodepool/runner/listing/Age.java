package dev.nodepool.runner.listing;

import java.time.Duration;
import java.time.Instant;

/** How long ago something was, in the form {@code DD:HH:MM:SS}. */
public final class Age {

    private Age() {}

    /** Days may have more digits; a time in the future has a negative day, as Python's division gives it. */
    public static String of(Instant since, Instant now) {
        long seconds = Duration.between(since, now).toMillis() / 1000;
        long minutes = Math.floorDiv(seconds, 60);
        long hours = Math.floorDiv(minutes, 60);
        return "%02d:%02d:%02d:%02d"
                .formatted(
                        Math.floorDiv(hours, 24),
                        Math.floorMod(hours, 24),
                        Math.floorMod(minutes, 60),
                        Math.floorMod(seconds, 60));
    }
}
