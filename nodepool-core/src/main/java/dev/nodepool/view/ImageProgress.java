package dev.nodepool.view;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Work on an image that is under way.
 *
 * @param image name of the disk image
 * @param build id of the build
 * @param provider where it is uploaded to, null unless it is
 * @param since when this step began
 * @param bytes log written so far while it builds, image bytes read or sent so far otherwise
 * @param total bytes there will be in the end, 0 while nobody knows
 * @param expected how long the same took last, null when it was not done before
 */
public record ImageProgress(
        Step step,
        String image,
        String build,
        @Nullable String provider,
        Instant since,
        long bytes,
        long total,
        @Nullable Duration expected) {

    public enum Step {
        BUILDING,
        CHECKING,
        UPLOADING
    }

    /** How long it takes so far. */
    public Duration duration(Instant now) {
        return Duration.between(since, now);
    }

    /** How far it is, 0 to 100; by time where bytes do not tell, and then 99 at most. Empty when nobody knows. */
    public OptionalInt percent(Instant now) {
        if (total > 0) {
            return OptionalInt.of((int) Math.min(100, 100 * bytes / total));
        }
        if (expected == null || expected.isZero()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) Math.min(99, 100 * duration(now).toMillis() / expected.toMillis()));
    }
}
