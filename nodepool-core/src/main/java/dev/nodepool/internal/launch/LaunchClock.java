package dev.nodepool.internal.launch;

import dev.nodepool.internal.runtime.Threads;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells how the attempts to have one node end. The time of all of them counts from its making. */
final class LaunchClock {

    private final Threads threads;
    private final LaunchListener listener;
    private final double began;

    LaunchClock(Threads threads, LaunchListener listener) {
        this.threads = threads;
        this.listener = listener;
        began = threads.now();
    }

    void ended(NodeOrder order, LaunchOutcome outcome) {
        ended(order, order.az(), outcome);
    }

    /** @param az where it is in the end */
    void ended(NodeOrder order, @Nullable String az, LaunchOutcome outcome) {
        // The wall clock may have been set back.
        var millis = Math.max(0, Math.round((threads.now() - began) * 1_000));
        listener.ended(new LaunchEnd(
                order.seat().providerName(),
                az,
                order.request().requestor(),
                order.label().diskImage().or(() -> order.label().cloudImage()).orElse(null),
                outcome,
                Duration.ofMillis(millis)));
    }
}
