package dev.nodepool.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything nodepool.yaml and the secure file say. Immutable; a new version replaces it whole.
 *
 * @param zooKeeper how to reach ZooKeeper
 * @param web where the status server listens; empty without a {@code webapp} section
 * @param builder directories and build logs of the builder
 * @param maxHoldAge longest time a node is held, empty for no limit
 * @param labels labels by name, in the order of the file
 * @param diskImages buildable and abstract disk images by name, in the order of the file
 * @param providers providers in the order of the file
 * @param tenantLimits limits by tenant
 */
public record NodepoolConfig(
        ZooKeeperConfig zooKeeper,
        Optional<WebConfig> web,
        BuilderConfig builder,
        Optional<Duration> maxHoldAge,
        Map<String, LabelConfig> labels,
        Map<String, DiskImageConfig> diskImages,
        List<ProviderConfig> providers,
        Map<String, TenantLimits> tenantLimits) {

    public NodepoolConfig {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        diskImages = Collections.unmodifiableMap(new LinkedHashMap<>(diskImages));
        providers = List.copyOf(providers);
        tenantLimits = Collections.unmodifiableMap(new LinkedHashMap<>(tenantLimits));
    }

    public Optional<ProviderConfig> provider(String name) {
        return providers.stream().filter(p -> p.name().equals(name)).findFirst();
    }
}
