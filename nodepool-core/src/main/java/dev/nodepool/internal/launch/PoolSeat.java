package dev.nodepool.internal.launch;

import dev.nodepool.config.PoolConfig;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.internal.provider.ProviderFacts;
import dev.nodepool.internal.provider.ProviderFacts.LabelFacts;
import dev.nodepool.internal.provider.ProviderFacts.PoolLabel;
import dev.nodepool.internal.provider.ProviderUnit;
import java.util.List;
import java.util.Optional;

/**
 * A pool that this launcher serves.
 *
 * @param launcherId its id in the registries and in {@code declined_by}, new at every start
 * @param provider the open provider it belongs to
 */
public record PoolSeat(String launcherId, ProviderUnit provider, PoolConfig pool) {

    public String providerName() {
        return provider.name();
    }

    public Optional<LabelFacts> facts(String label) {
        return provider.facts().map(f -> f.labels().get(new PoolLabel(pool.name(), label)));
    }

    public Optional<? extends LabelSettings> label(String label) {
        return pool.label(label);
    }

    /** Zones to launch in: the pool's, else the provider's. */
    public List<String> zones() {
        var configured = pool.settings().zones();
        return configured.isEmpty() ? provider.facts().map(ProviderFacts::zones).orElse(List.of()) : configured;
    }
}
