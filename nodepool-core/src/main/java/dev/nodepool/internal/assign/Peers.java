package dev.nodepool.internal.assign;

import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the registrations of all launchers say about a request. */
final class Peers {

    private final List<RegisteredPool> all;
    private final Set<String> ours;

    Peers(List<RegisteredPool> all, List<Pool> pools) {
        this.all = all;
        this.ours = pools.stream().map(Pool::launcherId).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the provider that a request names is served by a pool that may still take it. */
    boolean preferredProviderMayServe(NodeRequest request, String provider) {
        return all.stream()
                .anyMatch(p -> p.provider().equals(provider)
                        && p.supports(request.labels())
                        && !request.declinedBy().contains(p.id()));
    }

    /** Whether another launcher's pool of a better priority is expected to take a request. */
    boolean betterPriorityMayServe(NodeRequest request, int priority) {
        return all.stream()
                .anyMatch(p -> p.priority() < priority
                        && p.exact()
                        && !p.paused()
                        && !ours.contains(p.id())
                        && p.supports(request.labels())
                        && !request.declinedBy().contains(p.id()));
    }

    /** Whether another pool, known to have all labels, may still take a request. */
    boolean othersHaveLabels(NodeRequest request, String launcherId) {
        return all.stream()
                .anyMatch(p -> p.exact()
                        && !p.id().equals(launcherId)
                        && p.supports(request.labels())
                        && !request.declinedBy().contains(p.id()));
    }
}
