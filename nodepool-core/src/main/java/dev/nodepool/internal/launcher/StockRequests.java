package dev.nodepool.internal.launcher;

import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RequestState;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The requests of all launchers that keep ready nodes in stock, counted by each change. Lives on the loop. */
final class StockRequests implements RecordCache.Listener<NodeRequest> {

    private final Map<String, Integer> open = new HashMap<>();
    private final Set<String> answered = new LinkedHashSet<>();

    StockRequests(RecordCache<NodeRequest> requests) {
        requests.listen(this);
    }

    @Override
    public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
        forStock(before).ifPresent(request -> count(request, -1));
        answered.remove(id);
        forStock(after).ifPresent(request -> {
            count(request, 1);
            if (request.state() == RequestState.FULFILLED || request.state() == RequestState.FAILED) {
                answered.add(id);
            }
        });
    }

    private static Optional<NodeRequest> forStock(@Nullable Entry<NodeRequest> entry) {
        return entry == null ? Optional.empty() : entry.readable().filter(NodeRequest::minReady);
    }

    private void count(NodeRequest request, int sign) {
        if (request.state() != RequestState.FAILED) {
            request.labels().forEach(label -> open.merge(label, sign, Integer::sum));
        }
    }

    /** How many nodes of a label are asked for and not in stock yet. */
    int open(String label) {
        return open.getOrDefault(label, 0);
    }

    /** Ids of those that are fulfilled or failed, whoever asked. */
    List<String> answered() {
        return List.copyOf(answered);
    }
}
