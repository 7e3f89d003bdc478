package dev.nodepool.internal.metrics;

import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.model.NodeRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many requests there are, in whatever state, by the labels they ask for. Kept by each change, so that nobody has
 * to walk through all requests. Lives on the loop.
 */
final class RequestTally implements RecordCache.Listener<NodeRequest> {

    private final Runnable changed;
    private final Map<Set<String>, Long> byLabels = new HashMap<>();

    /** @param changed run when a sum has changed */
    RequestTally(Runnable changed) {
        this.changed = changed;
    }

    @Override
    public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
        var old = labels(before);
        var now = labels(after);
        if (!Objects.equals(old, now)) {
            count(old, -1);
            count(now, 1);
            changed.run();
        }
    }

    private static @Nullable Set<String> labels(@Nullable Entry<NodeRequest> entry) {
        var request = entry == null ? null : entry.record();
        return request == null ? null : Set.copyOf(request.labels());
    }

    private void count(@Nullable Set<String> labels, long sign) {
        if (labels != null) {
            byLabels.merge(labels, sign, (some, more) -> some + more == 0 ? null : some + more);
        }
    }

    /** The number of requests that ask for nothing but these labels. */
    long addressableBy(Set<String> labels) {
        return byLabels.entrySet().stream()
                .filter(e -> labels.containsAll(e.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
