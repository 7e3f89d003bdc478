package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;

/** The driver named {@code static}: hosts that exist already and are listed in the configuration. */
public final class StaticDriver implements ProviderDriver {

    @Override
    public String name() {
        return "static";
    }

    @Override
    public ProviderSettings parse(ConfigSection section) {
        return StaticSchema.parse(section);
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        if (settings instanceof StaticSettings hosts) {
            return new StaticProvider(hosts, new Reach(context.executor(), context.timer()));
        }
        throw new DriverException(
                Fault.INVALID_CONFIGURATION,
                "settings of another driver: " + settings.getClass().getName());
    }
}
