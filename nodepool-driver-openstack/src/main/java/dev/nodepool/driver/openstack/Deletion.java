package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Service;
import dev.nodepool.driver.openstack.rest.Steps;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A server on its way out: told to go with one call, then watched in the shared listing until it is gone. */
final class Deletion extends Steps<@Nullable Void> {

    private final Compute compute;
    private final ServerListing listing;
    private final String id;

    Deletion(Compute compute, ServerListing listing, String id) {
        this.compute = compute;
        this.listing = listing;
        this.id = id;
    }

    CompletableFuture<@Nullable Void> start() {
        then(
                compute.call(Call.delete(Service.COMPUTE, "server", "/servers/" + Call.quoted(id))),
                this::told,
                failure -> {
                    if (failure.fault() == Fault.NOT_FOUND) {
                        succeed(null);
                    } else {
                        fail(failure);
                    }
                });
        return result();
    }

    private void told(Answer answer) {
        watch();
    }

    private void watch() {
        then(listing.next(), this::look, failure -> watch());
    }

    private void look(Listing<Server> servers) {
        var found = servers.items().stream().filter(s -> s.id().equals(id)).findFirst();
        if (found.isPresent() ? found.get().gone() : servers.complete()) {
            succeed(null);
        } else if (found.isPresent()
                && found.get().broken()
                && found.get().task().isEmpty()) {
            var why = found.get().fault();
            fail(new DriverException(
                    Fault.UNEXPECTED,
                    "server " + id + " is in ERROR after its deletion" + (why.isEmpty() ? "" : ": " + why)));
        } else {
            watch();
        }
    }
}
