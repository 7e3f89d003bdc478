package dev.nodepool.driver.openstack;

import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.openstack.Server.Address;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.clouds.KnownNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Chooses among the addresses of a server by the rules of OpenStack's Python client, so that both find the same ones.
 *
 * @param external names of networks that lead outside
 * @param ipv6 whether this host can reach IPv6 addresses
 */
record Addressing(CloudEntry cloud, Set<String> external, boolean ipv6) {

    static Addressing of(CloudEntry cloud, List<Network> networks, boolean ipv6) {
        var external = networks.stream()
                .filter(n -> said(cloud, n).flatMap(KnownNetwork::external).orElse(n.external()))
                .map(Network::name)
                .collect(Collectors.toSet());
        cloud.networks().stream()
                .filter(n -> n.external().orElse(false))
                .map(KnownNetwork::name)
                .forEach(external::add);
        return new Addressing(cloud, external, ipv6);
    }

    private static Optional<KnownNetwork> said(CloudEntry cloud, Network network) {
        return cloud.networks().stream()
                .filter(n -> n.name().equals(network.name()) || n.name().equals(network.id()))
                .findFirst();
    }

    Addresses of(Server server) {
        var publicV4 = publicIpv4(server);
        var privateV4 = privateIpv4(server);
        var publicV6 = cloud.forceIpv4() ? Optional.<String>empty() : publicIpv6(server);
        var preferred = preferred(server)
                .or(() -> cloud.privateCloud() ? privateV4 : Optional.empty())
                .or(() -> ipv6 ? publicV6 : Optional.empty())
                .or(() -> publicV4)
                // The Python client gives up here; a launcher in the same network does not have to.
                .or(() -> privateV4)
                .or(() -> publicV6);
        return new Addresses(
                preferred.orElse(null),
                publicV4.orElse(null),
                privateV4.or(() -> publicV4).orElse(null),
                publicV6.orElse(null));
    }

    Optional<String> publicIpv4(Server server) {
        return server.accessIpv4()
                .or(() -> first(server, a -> !a.v6() && external.contains(a.network())))
                .or(() -> first(server, a -> !a.v6() && a.floating()))
                .or(() -> first(server, a -> !a.v6() && a.network().equals("public")))
                .or(() -> first(server, a -> !a.v6() && global(a.ip())));
    }

    private Optional<String> privateIpv4(Server server) {
        var floating = server.addresses().stream().filter(Address::floating).findFirst();
        Predicate<Address> inside = a -> !a.v6() && !a.floating() && !external.contains(a.network());
        return floating.flatMap(f ->
                        first(server, a -> inside.test(a) && a.mac().equals(f.mac())))
                .or(() -> first(
                        server,
                        a -> inside.test(a)
                                && !a.ip().equals(server.accessIpv4().orElse(""))))
                .or(() -> first(server, inside));
    }

    private Optional<String> publicIpv6(Server server) {
        return server.accessIpv6()
                .or(() -> first(server, a -> a.v6() && external.contains(a.network())))
                .or(() -> first(server, Address::v6));
    }

    private Optional<String> preferred(Server server) {
        return cloud.networks().stream()
                .filter(KnownNetwork::preferred)
                .flatMap(n -> first(server, a -> !a.v6() && a.network().equals(n.name())).stream())
                .findFirst();
    }

    private static Optional<String> first(Server server, Predicate<Address> which) {
        return server.addresses().stream().filter(which).map(Address::ip).findFirst();
    }

    private static boolean global(String ip) {
        // Anything else would be looked up as a name.
        if (!ip.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return false;
        }
        try {
            var address = InetAddress.getByName(ip);
            var bytes = address.getAddress();
            var shared = (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
            return !shared
                    && !address.isSiteLocalAddress()
                    && !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress();
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
