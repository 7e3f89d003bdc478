package dev.nodepool.driver.openstack;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.driver.Listing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Floating IPs that may have leaked: those with our marks, and, where that is wished, those that lead nowhere. */
final class StrayFloatingIps {

    static final String KIND = "floatingips";

    private static final Duration AGE = Duration.ofSeconds(300);
    private static final Duration AGE_WHEN_CLEANING = Duration.ofSeconds(50);

    private final Neutron neutron;
    private final boolean wanted;
    private final boolean cleaned;
    private final Remembered<Listing<FloatingIp>> known;

    /**
     * @param wanted whether servers get floating IPs at all
     * @param cleaned whether those that lead nowhere go, whoever made them
     */
    StrayFloatingIps(Neutron neutron, InstantSource clock, boolean wanted, boolean cleaned) {
        this.neutron = neutron;
        this.wanted = wanted;
        this.cleaned = cleaned;
        known = new Remembered<>(clock, cleaned ? AGE_WHEN_CLEANING : AGE, neutron::floatingIps);
    }

    CompletableFuture<Listing<LeakableResource>> list() {
        return wanted || cleaned
                ? known.get().thenApply(ips -> new Listing<>(shown(ips.items()), ips.complete()))
                : CompletableFuture.completedFuture(Listing.complete(List.of()));
    }

    private List<LeakableResource> shown(List<FloatingIp> ips) {
        var shown = new ArrayList<LeakableResource>();
        for (var ip : ips) {
            var id = new ExternalId(ip.id());
            if (ip.server().isPresent()) {
                shown.add(new LeakableResource(
                        KIND, id, ip.marks(), Ground.MARKS, ip.server().map(ExternalId::new)));
            } else if (cleaned && ip.port().isEmpty()) {
                shown.add(new LeakableResource(KIND, id, Map.of(), Ground.DRIVER_RULE, Optional.empty()));
            }
        }
        return shown;
    }

    /** Deletes one; one that was only unused is left alone when somebody uses it by now. */
    CompletableFuture<Void> delete(LeakableResource resource) {
        var id = resource.id().toString();
        return resource.ground() == Ground.MARKS
                ? neutron.deleteFloatingIp(id)
                : neutron.floatingIp(id)
                        .thenCompose(ip -> ip.filter(i -> i.port().isEmpty()).isPresent()
                                ? neutron.deleteFloatingIp(id)
                                : CompletableFuture.completedFuture(null));
    }
}
