package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.cloud.CloudLabel;
import dev.nodepool.driver.cloud.CloudPool;
import dev.nodepool.driver.cloud.CloudSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the labels of a provider mean in the fake cloud. Immutable.
 *
 * @param address where all instances are reached, empty for the addresses of Python's fake
 */
record ServerOrders(String provider, CloudSettings settings, Optional<String> address) {

    private static final String ADDRESS = "fake";
    private static final String ADDRESS_V6 = "fake_v6";
    private static final Set<String> IPV6_NETWORKS = Set.of("fake-ipv6-network-name", "fake-ipv6-network-uuid");
    private static final Set<String> TYPES_WITH_HOST_KEYS = Set.of("ssh", "network_cli");

    /** @throws DriverException when there is no such label or no flavor for it */
    ServerOrder order(LaunchSpec spec) throws DriverException {
        var pool = settings.pool(spec.pool()).orElseThrow(() -> unknown(spec.pool(), spec.label()));
        var label = label(spec.pool(), spec.label());
        var metadata = new HashMap<>(label.instanceProperties());
        metadata.putAll(spec.metadata());
        return new ServerOrder(
                hostname(label, spec.nodeId()),
                spec.zone(),
                spec.image().map(ExternalId::toString).or(label::cloudImage).orElse(""),
                needs(label),
                metadata,
                addresses(pool, label),
                address.isEmpty()
                        && label.hostKeyChecking()
                        && TYPES_WITH_HOST_KEYS.contains(label.access().connectionType()));
    }

    CloudLabel label(String pool, String label) throws DriverException {
        return settings.label(pool, label).orElseThrow(() -> unknown(pool, label));
    }

    Amounts needs(CloudLabel label) throws DriverException {
        var flavor = flavor(label)
                .orElseThrow(() -> new DriverException(Fault.INVALID_CONFIGURATION, "no flavor for " + label.name()));
        return label.bootFromVolume()
                ? flavor.amounts()
                        .plus(new Amounts(Map.of(Amounts.VOLUMES, 1L, Amounts.VOLUME_GB, (long) label.volumeSize())))
                : flavor.amounts();
    }

    Optional<FakeFlavor> flavor(CloudLabel label) {
        return FakeFlavor.choose(label.minRam().orElse(0), label.flavorName());
    }

    private String hostname(CloudLabel label, String nodeId) {
        return settings.hostnameFormat()
                .replace("{label.name}", label.name())
                .replace("{provider.name}", provider)
                .replace("{node.id}", nodeId);
    }

    private Addresses addresses(CloudPool pool, CloudLabel label) {
        if (address.isPresent()) {
            return new Addresses(address.get(), address.get(), null, null);
        }
        if (!pool.autoFloatingIp()) {
            return new Addresses(ADDRESS, null, ADDRESS, null);
        }
        return label.networks().stream().anyMatch(IPV6_NETWORKS::contains)
                ? new Addresses(ADDRESS_V6, ADDRESS, ADDRESS, ADDRESS_V6)
                : new Addresses(ADDRESS, ADDRESS, ADDRESS, null);
    }

    private static DriverException unknown(String pool, String label) {
        return new DriverException(Fault.INVALID_CONFIGURATION, "no label " + label + " in pool " + pool);
    }
}
