package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Service;
import dev.nodepool.driver.openstack.rest.Steps;
import java.util.concurrent.CompletableFuture;

/**
 * A server on its way out: its floating IPs go first, since without it nobody would know whose they were; then it is told
 * to go with one call and watched in the shared listing until it is gone.
 */
final class Deletion extends Steps<String> {

    private final Compute compute;
    private final Paced<Server> servers;
    private final String id;
    private boolean unknown;

    Deletion(Compute compute, Paced<Server> servers, String id) {
        this.compute = compute;
        this.servers = servers;
        this.id = id;
    }

    CompletableFuture<String> start(FloatingIps floatingIps) {
        then(floatingIps.takeFrom(id), x -> order());
        return result();
    }

    private void order() {
        then(
                compute.call(Call.delete(Service.COMPUTE, "server", "/servers/" + Call.quoted(id))),
                answer -> watch(),
                failure -> {
                    // Believed only when the listing says so, too: what is forgotten here is never deleted.
                    unknown = failure.fault() == Fault.NOT_FOUND;
                    if (unknown) {
                        watch();
                    } else {
                        fail(failure);
                    }
                });
    }

    private void watch() {
        then(servers.answered(), this::look);
    }

    private void look(Listing<Server> listing) {
        var found = listing.items().stream().filter(s -> s.id().equals(id)).findFirst();
        if (found.isPresent() ? found.get().gone() : listing.complete()) {
            succeed(id);
        } else if (found.isPresent() && unknown) {
            fail(new DriverException(
                    Fault.UNEXPECTED, "Nova lists server " + id + ", but does not find it to delete it"));
        } else if (found.isPresent()
                && found.get().broken()
                && found.get().task().isEmpty()) {
            then(
                    compute.fault(found.get()),
                    why -> fail(new DriverException(
                            Fault.UNEXPECTED,
                            "server " + id + " is in ERROR after its deletion" + (why.isEmpty() ? "" : ": " + why))));
        } else {
            watch();
        }
    }
}
