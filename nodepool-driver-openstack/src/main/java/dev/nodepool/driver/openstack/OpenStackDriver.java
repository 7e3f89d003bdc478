package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.cloud.CloudSchema;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.clouds.Clouds;
import dev.nodepool.driver.openstack.rest.Clients;

/** The driver named {@code openstack}. Thread-safe. */
public final class OpenStackDriver implements ProviderDriver {

    private final Clients clients = new Clients();

    @Override
    public String name() {
        return "openstack";
    }

    @Override
    public ProviderSettings parse(ConfigSection section) {
        section.require("cloud");
        var settings = CloudSchema.parse(section);
        var cloud = Clouds.of(section);
        return new OpenStackSettings(
                cloud.map(CloudEntry::imageFormat)
                        .map(settings::withImageFormat)
                        .orElse(settings),
                cloud);
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        if (!(settings instanceof OpenStackSettings openStack)) {
            throw new DriverException(Fault.INVALID_CONFIGURATION, "not settings of the openstack driver");
        }
        var cloud = openStack
                .entry()
                .orElseThrow(() -> new DriverException(
                        Fault.INVALID_CONFIGURATION,
                        "no clouds.yaml has cloud \""
                                + openStack.cloud().cloud().orElse("") + "\""));
        return new OpenStackProvider(openStack.cloud(), cloud, clients, context, LocalHost.hasIpv6());
    }
}
