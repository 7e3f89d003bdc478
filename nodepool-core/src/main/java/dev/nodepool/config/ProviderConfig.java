package dev.nodepool.config;

import dev.nodepool.driver.ProviderSettings;
import java.util.List;
import java.util.Optional;

/**
 * A provider: its generic keys and what its driver made of the rest. Equality decides whether a reload replaces it.
 *
 * @param driver name of the driver
 * @param maxConcurrency most launches under way in all pools, empty for no limit; 0 takes no requests
 */
public record ProviderConfig(
        String name,
        String driver,
        Optional<Integer> maxConcurrency,
        List<PoolConfig> pools,
        ProviderSettings settings) {

    public ProviderConfig {
        pools = List.copyOf(pools);
    }
}
