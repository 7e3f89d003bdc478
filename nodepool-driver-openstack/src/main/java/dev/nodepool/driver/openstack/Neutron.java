package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.openstack.rest.Answer;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Rest;
import dev.nodepool.driver.openstack.rest.Service;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openstack4j.api.Builders;

/** Calls of Neutron about ports and floating IPs, shared where many ask at once. Thread-safe; nothing blocks. */
final class Neutron {

    /** Ids are 36 characters long, and addresses of calls should stay below 4 KiB. */
    private static final int PORTS_OF_SERVERS = 50;

    private final Rest rest;
    private final Batch<String, Port> portsOfServers;
    private final Paced<FloatingIp> floatingIps;

    Neutron(Rest rest, ProviderContext context, Duration interval) {
        this.rest = rest;
        portsOfServers = new Batch<>(PORTS_OF_SERVERS, this::askPorts);
        floatingIps = new Paced<>(context, interval, this::listFloatingIps);
    }

    /** Ports of a server. */
    CompletableFuture<List<Port>> ports(String server) {
        return portsOfServers
                .ask(server)
                .thenApply(ports -> ports.stream()
                        .filter(port -> port.device().filter(server::equals).isPresent())
                        .toList());
    }

    /** All floating IPs, by a listing that begins after this call. */
    CompletableFuture<Listing<FloatingIp>> floatingIps() {
        return floatingIps.next();
    }

    /** The same for who waits: by the first such listing that does not fail. */
    CompletableFuture<Listing<FloatingIp>> answeredFloatingIps() {
        return floatingIps.answered();
    }

    CompletableFuture<Listing<Port>> portsDown() {
        return ofProject("ports", "/ports?status=DOWN&", Port::of);
    }

    /** A port, empty when there is none. */
    CompletableFuture<Optional<Port>> port(String id) {
        return one("port", "/ports/" + Call.quoted(id), Port::of);
    }

    /** A floating IP, empty when there is none. */
    CompletableFuture<Optional<FloatingIp>> floatingIp(String id) {
        return one("floatingip", "/floatingips/" + Call.quoted(id), FloatingIp::of);
    }

    private <T> CompletableFuture<Optional<T>> one(String field, String path, Function<JsonNode, T> reader) {
        return rest.call(Call.get(Service.NETWORK, field, path))
                .thenApply(Lookups.json(body -> Optional.of(reader.apply(body.path(field)))))
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    /** Makes a floating IP that leads to an address of a port. */
    CompletableFuture<FloatingIp> createFloatingIp(String network, Port port, String description) {
        var wanted = Builders.netFloatingIP()
                .floatingNetworkId(network)
                .portId(port.id())
                .fixedIpAddress(port.ipv4().orElse(null))
                .description(description)
                .build();
        return rest.call(Call.post(Service.NETWORK, "floatingips", "/floatingips", Json.write(Json.of(wanted))))
                .thenApply(Lookups.json(body -> FloatingIp.of(body.path("floatingip"))));
    }

    /** Absent is success. */
    CompletableFuture<Void> deleteFloatingIp(String id) {
        return delete("floatingip", "/floatingips/" + Call.quoted(id));
    }

    /** Absent is success. */
    CompletableFuture<Void> deletePort(String id) {
        return delete("port", "/ports/" + Call.quoted(id));
    }

    private CompletableFuture<Void> delete(String operation, String path) {
        var deleted = rest.call(Call.delete(Service.NETWORK, operation, path));
        return deleted.<Void>thenApply(answer -> null)
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Listing<Port>> askPorts(List<String> servers) {
        var query = servers.stream().map(id -> "device_id=" + Call.quoted(id)).collect(Collectors.joining("&"));
        return list("ports", "/ports?" + query, Port::of);
    }

    private CompletableFuture<Listing<FloatingIp>> listFloatingIps() {
        return ofProject("floatingips", "/floatingips?", FloatingIp::of);
    }

    /** An administrator would see those of all projects. A cloud without Neutron has none. */
    private <T> CompletableFuture<Listing<T>> ofProject(String field, String path, Function<JsonNode, T> reader) {
        return rest.has(Service.NETWORK)
                .thenCombine(rest.project(), (has, project) -> has ? project : "")
                .thenCompose(project -> project.isEmpty()
                        ? CompletableFuture.completedFuture(Listing.complete(List.of()))
                        : list(field, path + "project_id=" + Call.quoted(project), reader));
    }

    private <T> CompletableFuture<Listing<T>> list(String field, String path, Function<JsonNode, T> reader) {
        Function<Call, CompletableFuture<Answer>> send = rest::call;
        return Pages.read(send, Call.get(Service.NETWORK, field, path), field)
                .thenApply(listing ->
                        new Listing<>(listing.items().stream().map(reader).toList(), listing.complete()));
    }
}
