package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.rest.Steps;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A floating IP on its way: made with one call, then watched in the shared listing until it works. */
final class FloatingIpCreation extends Steps<FloatingIp> {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Neutron neutron;
    private final InstantSource clock;
    private Instant end = Instant.MAX;
    private String id = "";

    FloatingIpCreation(Neutron neutron, InstantSource clock) {
        this.neutron = neutron;
        this.clock = clock;
    }

    /** @param onMade told what Neutron has made, as soon as it says so */
    CompletableFuture<FloatingIp> start(String network, Port port, String description, Consumer<FloatingIp> onMade) {
        then(neutron.createFloatingIp(network, port, description), ip -> {
            id = ip.id();
            end = clock.instant().plus(LONGEST);
            onMade.accept(ip);
            look(ip);
        });
        return result();
    }

    private void look(FloatingIp ip) {
        if (ip.active()) {
            succeed(ip);
        } else {
            watch();
        }
    }

    private void watch() {
        if (clock.instant().isAfter(end)) {
            fail(new DriverException(
                    Fault.UNEXPECTED, "floating IP " + id + " did not work within " + LONGEST.toSeconds() + " s"));
            return;
        }
        then(neutron.floatingIps(), this::find, failure -> watch());
    }

    private void find(Listing<FloatingIp> listing) {
        var found = listing.items().stream().filter(ip -> ip.id().equals(id)).findFirst();
        if (found.isPresent()) {
            look(found.get());
        } else if (listing.complete()) {
            fail(new DriverException(Fault.UNEXPECTED, "floating IP " + id + " was deleted by somebody else"));
        } else {
            watch();
        }
    }
}
