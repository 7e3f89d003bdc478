package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Faults;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Service;
import dev.nodepool.driver.openstack.rest.Steps;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A server on its way: ordered with one call, then watched in the shared listing until it is up or has failed. */
final class Creation extends Steps<Server> {

    /** Listings of a cloud with several databases may be behind; so often a new server may be missing in a row. */
    private static final int MOST_ABSENT = 5;

    private final Compute compute;
    private final ServerListing listing;
    private final Lookups lookups;
    private final Consumer<ExternalId> onExternalId;
    private String id = "";
    private int absent;

    Creation(Compute compute, ServerListing listing, Lookups lookups, Consumer<ExternalId> onExternalId) {
        this.compute = compute;
        this.listing = listing;
        this.lookups = lookups;
        this.onExternalId = onExternalId;
    }

    CompletableFuture<Server> start(ServerOrders orders, LaunchSpec spec) {
        then(orders.body(spec), this::order);
        return result();
    }

    private void order(String body) {
        then(compute.call(Call.post(Service.COMPUTE, "servers", "/servers", body)), this::ordered, failure -> {
            if (failure.fault() == Fault.INVALID_CONFIGURATION) {
                // What we know of the cloud may be out of date: the next one is ordered by what it says then.
                lookups.forget();
            }
            fail(failure);
        });
    }

    private void ordered(Answer answer) {
        try {
            id = Json.text(answer.json().path("server"), "id").orElse("");
        } catch (DriverException odd) {
            id = "";
        }
        if (id.isEmpty()) {
            fail(new DriverException(Fault.UNCLEAR, "Nova accepted the server but did not say its id"));
            return;
        }
        onExternalId.accept(new ExternalId(id));
        watch();
    }

    private void watch() {
        // A listing that fails says nothing of the server; how long to wait for it is for the core to say.
        then(listing.next(), this::look, failure -> watch());
    }

    private void look(Listing<Server> servers) {
        var found = servers.items().stream().filter(s -> s.id().equals(id)).findFirst();
        if (found.isEmpty()) {
            absent += servers.complete() ? 1 : 0;
            if (absent == MOST_ABSENT) {
                fail(new DriverException(Fault.UNEXPECTED, "server " + id + " has vanished"));
            } else {
                watch();
            }
            return;
        }
        absent = 0;
        var server = found.get();
        if (server.active()) {
            succeed(server);
        } else if (server.broken()) {
            fail(new DriverException(kind(server.fault()), text(server)));
        } else if (server.gone()) {
            fail(new DriverException(Fault.UNEXPECTED, "server " + id + " was deleted by somebody else"));
        } else {
            watch();
        }
    }

    private static Fault kind(String fault) {
        if (fault.contains("No valid host")) {
            return Fault.NO_CAPACITY;
        }
        return Faults.isQuota(fault) && fault.contains("xceed") ? Fault.QUOTA_EXCEEDED : Fault.UNEXPECTED;
    }

    private static String text(Server server) {
        return "server " + server.id() + " is in ERROR" + (server.fault().isEmpty() ? "" : ": " + server.fault());
    }
}
