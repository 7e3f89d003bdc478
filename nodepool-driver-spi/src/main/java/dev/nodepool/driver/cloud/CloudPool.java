package dev.nodepool.driver.cloud;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.PoolSettings;
import java.util.List;
import java.util.Optional;

/**
 * A pool of a cloud.
 *
 * @param limits {@code max-cores}, {@code max-ram} (MiB), {@code max-volumes}, {@code max-volume-gb} as far as given
 * @param zones availability zones to choose from, empty to ask the cloud
 * @param networks names or ids, for labels that name none
 * @param autoFloatingIp whether servers get a floating IP when they need one
 * @param hostKeyChecking whether host keys are scanned, for labels that do not say
 */
public record CloudPool(
        String name,
        Amounts limits,
        boolean ignoreProviderQuota,
        List<String> zones,
        List<String> networks,
        List<String> securityGroups,
        boolean autoFloatingIp,
        boolean hostKeyChecking,
        List<CloudLabel> labels)
        implements PoolSettings {

    public CloudPool {
        zones = List.copyOf(zones);
        networks = List.copyOf(networks);
        securityGroups = List.copyOf(securityGroups);
        labels = List.copyOf(labels);
    }

    public Optional<CloudLabel> label(String label) {
        return labels.stream().filter(l -> l.name().equals(label)).findFirst();
    }
}
