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
import org.jspecify.annotations.Nullable;

/**
 * A floating IP on its way: made with one call, then watched in the shared listing until it works. When the answer to that
 * call was lost, the floating IP is looked for by its description, which names the server and its launch.
 */
final class FloatingIpCreation extends Steps<FloatingIp> {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Neutron neutron;
    private final InstantSource clock;
    private final String description;
    private final Consumer<FloatingIp> onMade;
    private Instant end = Instant.MAX;
    private String id = "";
    private @Nullable DriverException lost;

    /** @param onMade told what Neutron has made, as soon as it is known */
    FloatingIpCreation(Neutron neutron, InstantSource clock, String description, Consumer<FloatingIp> onMade) {
        this.neutron = neutron;
        this.clock = clock;
        this.description = description;
        this.onMade = onMade;
    }

    CompletableFuture<FloatingIp> start(String network, Port port) {
        then(neutron.createFloatingIp(network, port, description), this::made, failure -> {
            if (failure.fault() == Fault.UNCLEAR) {
                lost = failure;
                end = clock.instant().plus(LONGEST);
                watch();
            } else {
                fail(failure);
            }
        });
        return result();
    }

    private void made(FloatingIp ip) {
        id = ip.id();
        end = clock.instant().plus(LONGEST);
        lost = null;
        onMade.accept(ip);
        look(ip);
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
            fail(
                    lost != null
                            ? lost
                            : new DriverException(
                                    Fault.NO_ADDRESS,
                                    "floating IP " + id + " did not work within " + LONGEST.toSeconds() + " s"));
            return;
        }
        then(neutron.floatingIps(), this::find, failure -> watch());
    }

    private void find(Listing<FloatingIp> listing) {
        var found = listing.items().stream()
                .filter(ip ->
                        lost == null ? ip.id().equals(id) : ip.description().equals(description))
                .findFirst();
        if (found.isPresent() && lost != null) {
            made(found.get());
        } else if (found.isPresent()) {
            look(found.get());
        } else if (lost == null && listing.complete()) {
            fail(new DriverException(Fault.UNEXPECTED, "floating IP " + id + " was deleted by somebody else"));
        } else {
            // A busy Neutron may make it long after it was too late to answer.
            watch();
        }
    }
}
