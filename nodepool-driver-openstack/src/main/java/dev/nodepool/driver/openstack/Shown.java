package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Placement;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import java.util.List;
import java.util.Optional;

/** Shows servers as the core knows machines, with what is known of flavors and networks by now; asks the cloud nothing. */
record Shown(CloudEntry cloud, Lookups lookups, boolean ipv6) {

    Instance instance(Server server) {
        var addresses = Addressing.of(cloud, lookups.knownNetworks().known().orElse(List.of()), ipv6)
                .of(server);
        return new Instance(
                new ExternalId(server.id()),
                server.active(),
                server.metadata(),
                amounts(server),
                addresses,
                new Placement(
                        cloud.name(),
                        cloud.region().orElse(null),
                        server.zone().orElse(null),
                        server.hostId().orElse(null),
                        server.name()),
                Optional.empty(),
                Optional.empty(),
                null);
    }

    private Amounts amounts(Server server) {
        if (server.gone()) {
            return Amounts.NONE;
        }
        var size = flavor(server.flavor());
        return server.volumes() == 0 ? size : size.plus(Amounts.of(Amounts.VOLUMES, server.volumes()));
    }

    /** Newer Novas state the size; with older ones only a flavor that still exists tells it. */
    private Amounts flavor(JsonNode flavor) {
        if (flavor.has("vcpus")) {
            return Flavor.of(flavor).amounts();
        }
        return lookups.knownFlavors().known().orElse(List.of()).stream()
                .filter(f -> f.id().equals(flavor.path("id").asText()))
                .findFirst()
                .map(Flavor::amounts)
                .orElse(Amounts.of(Amounts.INSTANCES, 1));
    }
}
