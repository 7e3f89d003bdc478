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

    CompletableFuture<Listing<Port>> portsDown() {
        return list("ports", "/ports?status=DOWN", Port::of);
    }

    CompletableFuture<Port> port(String id) {
        return rest.call(Call.get(Service.NETWORK, "port", "/ports/" + Call.quoted(id)))
                .thenApply(Lookups.json(body -> Port.of(body.path("port"))));
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
        return list("floatingips", "/floatingips", FloatingIp::of);
    }

    private <T> CompletableFuture<Listing<T>> list(String field, String path, Function<JsonNode, T> reader) {
        Function<Call, CompletableFuture<Answer>> send = rest::call;
        return Pages.read(send, Call.get(Service.NETWORK, field, path), field)
                .thenApply(listing ->
                        new Listing<>(listing.items().stream().map(reader).toList(), listing.complete()));
    }
}
