package dev.nodepool.driver.openstack;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.driver.Listing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Ports that Nova has left behind. They carry no marks, so the rule is: made for a server or for nobody in particular,
 * and down in two looks, an interval apart. Thread-safe.
 */
final class DownPorts {

    static final String KIND = "ports";

    private final Neutron neutron;
    private final InstantSource clock;
    private final Duration interval;
    private Instant lookedAt = Instant.MIN;
    private Map<String, Instant> downSince = Map.of();
    private List<Port> stale = List.of();

    /** @param interval zero to leave ports alone */
    DownPorts(Neutron neutron, InstantSource clock, Duration interval) {
        this.neutron = neutron;
        this.clock = clock;
        this.interval = interval;
    }

    /** What is to go by the last look; looks again when it is time. */
    CompletableFuture<Listing<LeakableResource>> list() {
        if (interval.isZero()) {
            return CompletableFuture.completedFuture(Listing.complete(List.of()));
        }
        var now = clock.instant();
        synchronized (this) {
            if (now.isBefore(lookedAt.plus(interval))) {
                return CompletableFuture.completedFuture(Listing.complete(shown(stale)));
            }
        }
        return neutron.portsDown().thenApply(ports -> new Listing<>(shown(judge(ports, now)), ports.complete()));
    }

    private synchronized List<Port> judge(Listing<Port> ports, Instant now) {
        var since = new HashMap<String, Instant>();
        for (var port : ports.items()) {
            if (port.ofCompute()) {
                since.put(port.id(), downSince.getOrDefault(port.id(), now));
            }
        }
        lookedAt = now;
        downSince = since;
        var longAgo = now.minus(interval);
        stale = ports.items().stream()
                .filter(port ->
                        since.containsKey(port.id()) && !since.get(port.id()).isAfter(longAgo))
                .filter(port -> port.created().filter(longAgo::isBefore).isEmpty())
                .toList();
        return stale;
    }

    private static List<LeakableResource> shown(List<Port> ports) {
        return ports.stream()
                .map(port -> new LeakableResource(
                        KIND,
                        new ExternalId(port.id()),
                        Map.of(),
                        Ground.DRIVER_RULE,
                        port.device().map(ExternalId::new)))
                .toList();
    }

    /** Deletes a port unless somebody uses it by now. */
    CompletableFuture<Void> delete(String id) {
        return neutron.port(id)
                .thenCompose(port -> port.filter(p -> p.status().equals("DOWN") && p.ofCompute())
                                .isPresent()
                        ? neutron.deletePort(id)
                        : CompletableFuture.completedFuture(null))
                .thenRun(() -> forget(id));
    }

    private synchronized void forget(String id) {
        stale = stale.stream().filter(port -> !port.id().equals(id)).toList();
    }
}
