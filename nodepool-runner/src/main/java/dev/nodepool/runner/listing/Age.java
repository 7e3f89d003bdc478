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
        StringBuilder age = new StringBuilder(16);
        twoDigits(age, Math.floorDiv(hours, 24));
        twoDigits(age.append(':'), Math.floorMod(hours, 24));
        twoDigits(age.append(':'), Math.floorMod(minutes, 60));
        twoDigits(age.append(':'), Math.floorMod(seconds, 60));
        return age.toString();
    }

    /** Thousands of ages are made for one answer, and a format string takes most of its time then. */
    private static void twoDigits(StringBuilder age, long number) {
        if (number >= 0 && number < 10) {
            age.append('0');
        }
        age.append(number);
    }
}
