package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.ProviderSettings;
import java.util.List;

/** A provider section of the static driver. */
public record StaticSettings(List<StaticPool> pools) implements ProviderSettings {

    public StaticSettings {
        pools = List.copyOf(pools);
    }

    @Override
    public List<Host> hosts() {
        return pools.stream()
                .flatMap(pool -> pool.nodes().stream().map(node -> node.host(pool.name())))
                .toList();
    }
}
