package dev.nodepool.internal.lease;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, and how urgently.
 *
 * @param precedence 0 to 999, lower is served first
 * @param requestor who asks; null for this process
 * @param deadline after how long it is given up
 */
public record LeaseOrder(
        List<String> labels,
        int precedence,
        int relativePriority,
        @Nullable String provider,
        @Nullable String tenant,
        @Nullable String requestor,
        Duration deadline) {

    public LeaseOrder {
        labels = List.copyOf(labels);
    }

    /** With nothing special about it. */
    public static LeaseOrder of(List<String> labels) {
        return new LeaseOrder(labels, 200, 0, null, null, null, Duration.ofDays(1));
    }
}
