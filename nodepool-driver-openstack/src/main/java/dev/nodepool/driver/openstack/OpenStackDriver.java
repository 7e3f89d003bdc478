package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.cloud.CloudSchema;
import dev.nodepool.driver.config.ConfigSection;

/** The driver named {@code openstack}. It reads its configuration; opening a provider is refused in this version. */
public final class OpenStackDriver implements ProviderDriver {

    @Override
    public String name() {
        return "openstack";
    }

    @Override
    public ProviderSettings parse(ConfigSection section) {
        section.require("cloud");
        return CloudSchema.parse(section);
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        throw new DriverException(Fault.INVALID_CONFIGURATION, "the OpenStack driver comes with a later version");
    }
}
