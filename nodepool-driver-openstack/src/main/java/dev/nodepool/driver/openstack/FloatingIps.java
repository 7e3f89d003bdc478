package dev.nodepool.driver.openstack;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.cloud.CloudPool;
import dev.nodepool.driver.cloud.CloudSettings;
import dev.nodepool.driver.openstack.Server.Address;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.clouds.KnownNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Which servers get a floating IP, and which floating IPs go with a server. What this process made it remembers; what
 * another one made is found by its description, or by what Nova shows. Thread-safe; nothing blocks.
 */
final class FloatingIps {

    /** A server that was never seen in a listing for this long was deleted by somebody else. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private record Made(Set<String> ids, Instant at) {}

    private final CloudEntry cloud;
    private final boolean wanted;
    private final Lookups lookups;
    private final Neutron neutron;
    private final Paced<Server> servers;
    private final ProviderContext context;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    FloatingIps(
            CloudSettings settings,
            CloudEntry cloud,
            Lookups lookups,
            Neutron neutron,
            Paced<Server> servers,
            ProviderContext context) {
        this.cloud = cloud;
        this.lookups = lookups;
        this.neutron = neutron;
        this.servers = servers;
        this.context = context;
        wanted = cloud.floatingIps()
                && !cloud.privateCloud()
                && settings.pools().stream().anyMatch(CloudPool::autoFloatingIp);
    }

    /** Whether servers of this provider get floating IPs at all. */
    boolean wanted() {
        return wanted;
    }

    /** The server with a floating IP that works, if it needs one. */
    CompletableFuture<Server> give(CloudPool pool, LaunchSpec spec, Server server) {
        if (!wanted || !pool.autoFloatingIp()) {
            return nothingFor(server);
        }
        return lookups.networks().thenCompose(networks -> {
            var addressing = Addressing.of(cloud, networks, false);
            var addresses = addressing.of(server);
            var source = source(networks);
            return addressing.publicIpv4(server).isPresent() || addresses.privateIpv4() == null || source.isEmpty()
                    ? nothingFor(server)
                    : neutron.ports(server.id())
                            .thenCompose(ports -> destination(ports, networks))
                            .thenCompose(port ->
                                    port.isEmpty() ? nothingFor(server) : make(spec, server, source.get(), port.get()));
        });
    }

    /** To be told of a server that this process has just made. */
    void hasNone(String server) {
        if (wanted) {
            made.put(server, new Made(Set.of(), context.clock().instant()));
        }
    }

    private static CompletableFuture<Server> nothingFor(Server server) {
        return CompletableFuture.completedFuture(server);
    }

    private CompletableFuture<Server> make(LaunchSpec spec, Server server, Network source, Port port) {
        // Until the answer is there it is not known what there is, so a deletion looks for it.
        made.remove(server.id());
        return new FloatingIpCreation(
                        neutron,
                        context.clock(),
                        FloatingIp.description(server.id(), spec.metadata()),
                        ip -> made.put(
                                server.id(),
                                new Made(Set.of(ip.id()), context.clock().instant())))
                .start(source.id(), port)
                .thenApply(ip -> server.with(new Address("", ip.address(), false, true, port.mac())));
    }

    /** The network that floating IPs come from. */
    private Optional<Network> source(List<Network> networks) {
        var said = cloud.networks().stream()
                .filter(KnownNetwork::natSource)
                .map(KnownNetwork::name)
                .toList();
        return said.isEmpty()
                ? networks.stream().filter(Network::router).findFirst()
                : networks.stream().filter(n -> said.stream().anyMatch(n::is)).findFirst();
    }

    /** The port that a floating IP would lead to; with several the networks have to tell them apart. */
    private CompletableFuture<Optional<Port>> destination(List<Port> ports, List<Network> networks) {
        var usable = ports.stream().filter(p -> p.ipv4().isPresent()).toList();
        if (usable.size() <= 1) {
            return CompletableFuture.completedFuture(usable.stream().findFirst());
        }
        var said = networks.stream()
                .filter(n -> cloud.networks().stream()
                        .anyMatch(k -> n.is(k.name()) && k.natDestination().orElse(false)))
                .map(Network::id)
                .collect(Collectors.toSet());
        return (said.isEmpty() ? lookups.routed() : CompletableFuture.completedFuture(said)).thenApply(inside -> {
            var outside =
                    networks.stream().filter(Network::router).map(Network::id).collect(Collectors.toSet());
            return usable.stream()
                    .filter(p -> inside.contains(p.network()) && !outside.contains(p.network()))
                    .max(Comparator.comparing(p -> p.created().orElse(Instant.MIN)));
        });
    }

    /** Deletes what leads to a server; completes when that is done. Cancelling ends the search for it. */
    CompletableFuture<Void> takeFrom(String server) {
        var known = made.get(server);
        var ids = known == null ? search(server) : CompletableFuture.completedFuture(known.ids());
        var taken = ids.thenCompose(all -> CompletableFuture.allOf(
                        all.stream().map(neutron::deleteFloatingIp).toArray(CompletableFuture[]::new)))
                .thenRun(() -> hasNone(server));
        taken.whenComplete((x, failure) -> ids.cancel(true));
        return taken;
    }

    private CompletableFuture<Set<String>> search(String server) {
        return wanted
                ? new FloatingIpSearch(neutron, servers, server)
                        .start(lookups.networks()
                                .thenApply(networks -> source(networks).isPresent()))
                : CompletableFuture.completedFuture(Set.of());
    }

    /** Forgets servers that are gone without our doing. */
    void retain(Listing<Server> listing) {
        if (listing.complete() && !made.isEmpty()) {
            var there = listing.items().stream().map(Server::id).collect(Collectors.toSet());
            var old = context.clock().instant().minus(FORGOTTEN);
            made.entrySet()
                    .removeIf(e ->
                            !there.contains(e.getKey()) && e.getValue().at().isBefore(old));
        }
    }
}
