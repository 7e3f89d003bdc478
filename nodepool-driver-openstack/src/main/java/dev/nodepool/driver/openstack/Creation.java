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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A server on its way: ordered with one call, then watched in the shared listing until it is up or has failed, then
 * given what it lacks. When the answer to the order was lost, the server is looked for by the mark of its launch.
 */
final class Creation extends Steps<Server> {

    /** Listings of a cloud with several databases may be behind; so often a new server may be missing in a row. */
    private static final int MOST_ABSENT = 5;

    /** A server is up before Nova has heard of its addresses, but not for long. */
    private static final Duration ADDRESSLESS = Duration.ofSeconds(60);

    private final Compute compute;
    private final Paced<Server> servers;
    private final Lookups lookups;
    private final InstantSource clock;
    private final LaunchSpec spec;
    private final Consumer<ExternalId> onExternalId;
    private final Function<Server, CompletableFuture<Server>> finish;
    private String id = "";
    private @Nullable DriverException lost;
    private int absent;
    private Instant up = Instant.MIN;

    /** @param finish gives a server that is up what it lacks */
    Creation(
            Compute compute,
            Paced<Server> servers,
            Lookups lookups,
            InstantSource clock,
            LaunchSpec spec,
            Consumer<ExternalId> onExternalId,
            Function<Server, CompletableFuture<Server>> finish) {
        this.compute = compute;
        this.servers = servers;
        this.lookups = lookups;
        this.clock = clock;
        this.spec = spec;
        this.onExternalId = onExternalId;
        this.finish = finish;
    }

    CompletableFuture<Server> start(ServerOrders orders) {
        then(orders.body(spec), body -> order(orders, body, ""));
        return result();
    }

    /** @param refused the order before this one, which Nova would not take, empty for none */
    private void order(ServerOrders orders, String body, String refused) {
        then(compute.call(Call.post(Service.COMPUTE, "servers", "/servers", body)), this::ordered, failure -> {
            if (failure.fault() == Fault.UNCLEAR) {
                unclear(failure);
            } else if (failure.fault() == Fault.INVALID_CONFIGURATION && refused.isEmpty()) {
                orderAnew(orders, body, failure);
            } else {
                fail(failure);
            }
        });
    }

    /** What we know of the cloud may be out of date: if it says something else now, that is ordered. */
    private void orderAnew(ServerOrders orders, String refused, DriverException failure) {
        lookups.forget();
        then(orders.body(spec), body -> {
            if (body.equals(refused)) {
                fail(failure);
            } else {
                order(orders, body, refused);
            }
        });
    }

    private void unclear(DriverException failure) {
        lost = failure;
        watch();
    }

    private void ordered(Answer answer) {
        try {
            var told = Json.text(answer.json().path("server"), "id");
            if (told.isPresent()) {
                known(told.get());
                watch();
                return;
            }
        } catch (DriverException odd) {
            unclear(odd);
            return;
        }
        unclear(new DriverException(Fault.UNCLEAR, "Nova took the order but did not say the server's id"));
    }

    private void known(String server) {
        id = server;
        lost = null;
        onExternalId.accept(new ExternalId(id));
    }

    private void watch() {
        then(servers.answered(), this::look);
    }

    private void look(Listing<Server> listing) {
        var token = spec.metadata().get(LaunchSpec.LAUNCH);
        Predicate<Server> ours = id.isEmpty()
                ? s -> s.metadata().getOrDefault(LaunchSpec.LAUNCH, "").equals(token)
                : s -> s.id().equals(id);
        var found = listing.items().stream().filter(ours).findFirst();
        if (found.isEmpty()) {
            missing(listing.complete());
            return;
        }
        absent = 0;
        if (id.isEmpty()) {
            known(found.get().id());
        }
        look(found.get());
    }

    private void missing(boolean certainly) {
        absent += certainly ? 1 : 0;
        if (absent < MOST_ABSENT) {
            watch();
        } else {
            fail(lost != null ? lost : new DriverException(Fault.UNEXPECTED, "server " + id + " has vanished"));
        }
    }

    private void look(Server server) {
        if (server.active()) {
            active(server);
        } else if (server.broken()) {
            then(compute.fault(server), fault -> fail(new DriverException(kind(fault), text(fault))));
        } else if (server.gone()) {
            fail(new DriverException(Fault.UNEXPECTED, "server " + id + " was deleted by somebody else"));
        } else {
            watch();
        }
    }

    private void active(Server server) {
        var now = clock.instant();
        up = up.equals(Instant.MIN) ? now : up;
        var hasAddress = !server.addresses().isEmpty()
                || server.accessIpv4().isPresent()
                || server.accessIpv6().isPresent();
        if (hasAddress) {
            then(finish.apply(server), this::succeed, failure -> fail(unfinished(failure)));
        } else if (now.isBefore(up.plus(ADDRESSLESS))) {
            watch();
        } else {
            fail(new DriverException(Fault.NO_ADDRESS, "server " + id + " is up but has no address"));
        }
    }

    /** The server is there for certain, and without what it lacks it must not be used. */
    private static DriverException unfinished(DriverException failure) {
        return switch (failure.fault()) {
            case UNCLEAR, NOT_FOUND ->
                new DriverException(Fault.UNEXPECTED, String.valueOf(failure.getMessage()), null, failure);
            default -> failure;
        };
    }

    private static Fault kind(String fault) {
        if (fault.contains("No valid host")) {
            return Fault.NO_CAPACITY;
        }
        return Faults.isQuota(fault) && fault.contains("xceed") ? Fault.QUOTA_EXCEEDED : Fault.UNEXPECTED;
    }

    private String text(String fault) {
        return "server " + id + " is in ERROR" + (fault.isEmpty() ? "" : ": " + fault);
    }
}
