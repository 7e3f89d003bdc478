package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.ProviderSettings;
import java.util.List;

/** A provider section of the static driver. */
public record StaticSettings(List<StaticPool> pools) implements ProviderSettings {

    public StaticSettings {
        pools = List.copyOf(pools);
    }
}
