package dev.nodepool.internal.launch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt to have a node.
 *
 * @param az where it is, or was to be; null when nobody said
 * @param requestor who asked for it, null when the request does not say
 * @param image the name of its disk image or of its image in the cloud, null when there is none
 * @param took since the launch began, with all attempts before; not negative
 */
public record LaunchEnd(
        String provider,
        @Nullable String az,
        @Nullable String requestor,
        @Nullable String image,
        LaunchOutcome outcome,
        Duration took) {}
