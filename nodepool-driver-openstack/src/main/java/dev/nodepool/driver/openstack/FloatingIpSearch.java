package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.openstack.Server.Address;
import dev.nodepool.driver.openstack.rest.Steps;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Finds the floating IPs of a server that another process has made: by their description, or by what Nova shows. */
final class FloatingIpSearch extends Steps<Set<String>> {

    private final Neutron neutron;
    private final Paced<Server> servers;
    private final String server;

    FloatingIpSearch(Neutron neutron, Paced<Server> servers, String server) {
        this.neutron = neutron;
        this.servers = servers;
        this.server = server;
    }

    /**
     * Ids of the floating IPs; listings that fail are waited through.
     *
     * @param possible whether there can be any in this cloud
     */
    CompletableFuture<Set<String>> start(CompletableFuture<Boolean> possible) {
        then(possible, yes -> {
            if (yes) {
                list();
            } else {
                succeed(Set.of());
            }
        });
        return result();
    }

    private void list() {
        then(neutron.answeredFloatingIps(), ips -> {
            if (ips.complete()) {
                then(servers.answered(), all -> succeed(found(ips, all)));
            } else {
                fail(new DriverException(Fault.UNAVAILABLE, "the list of floating IPs was cut short"));
            }
        });
    }

    private Set<String> found(Listing<FloatingIp> ips, Listing<Server> all) {
        var addresses = all.items().stream()
                .filter(s -> s.id().equals(server))
                .flatMap(s -> s.addresses().stream())
                .filter(Address::floating)
                .map(Address::ip)
                .collect(Collectors.toSet());
        return ips.items().stream()
                .filter(ip -> ip.server().filter(server::equals).isPresent() || addresses.contains(ip.address()))
                .map(FloatingIp::id)
                .collect(Collectors.toSet());
    }
}
