package dev.nodepool.internal.launch;

import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.store.Registry;
import dev.nodepool.model.NodeRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What pools that can not serve a request make of it: it fails with the last one that could.
 *
 * @param by ids of all pools that have declined it
 * @param fails whether no pool is left that has not
 */
public record Decline(List<String> by, boolean fails) {

    /** @param pools ids of those that decline it now */
    public static Decline of(NodeRequest request, List<String> pools, Registry registry) {
        var by = new ArrayList<>(request.declinedBy());
        pools.stream().filter(id -> !by.contains(id)).forEach(by::add);
        return new Decline(List.copyOf(by), registry.allAmong(new HashSet<>(by)));
    }

    public RequestEvent event() {
        return fails ? RequestEvent.FAIL : RequestEvent.DECLINE;
    }

    /** For the record. */
    public Map<String, Object> fields() {
        return Map.of(NodeRequest.DECLINED_BY, by);
    }
}
