package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;

/** The driver named {@code static}. It reads its configuration; opening a provider is refused in this version. */
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
        throw new DriverException(Fault.INVALID_CONFIGURATION, "the static driver comes with a later version");
    }
}
