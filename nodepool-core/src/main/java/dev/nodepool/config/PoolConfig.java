package dev.nodepool.config;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.PoolSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pool of a provider.
 *
 * @param maxServers most nodes, empty for no limit; 0 or less switches the pool off
 * @param priority lower is preferred; the provider's, else 100, when the pool has none
 * @param nodeAttributes copied to each node as they are, null when not given
 * @param settings what the driver made of its own keys
 */
public record PoolConfig(
        String name,
        Optional<Integer> maxServers,
        int priority,
        @Nullable Map<String, Object> nodeAttributes,
        PoolSettings settings) {

    public PoolConfig {
        nodeAttributes =
                nodeAttributes == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(nodeAttributes));
    }

    public static final int DEFAULT_PRIORITY = 100;

    /** Whether {@code max-servers} switches the pool off. */
    public boolean disabled() {
        return maxServers.filter(n -> n <= 0).isPresent();
    }

    /** All limits of the pool; a name that is absent is unlimited. */
    public Amounts limits() {
        return maxServers
                .map(n -> settings.limits().tighter(Amounts.of(Amounts.INSTANCES, n)))
                .orElse(settings.limits());
    }

    public List<String> labelNames() {
        return settings.labels().stream().map(LabelSettings::name).toList();
    }

    public Optional<? extends LabelSettings> label(String label) {
        return settings.labels().stream().filter(l -> l.name().equals(label)).findFirst();
    }
}
