package dev.nodepool.config;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.cloud.CloudSchema;
import dev.nodepool.driver.config.ConfigSection;
import java.util.List;

/** Reads sections as the drivers do that use the cloud schema; opens nothing. */
record CloudDouble(String name) implements ProviderDriver {

    static final List<CloudDouble> ALL = List.of(new CloudDouble("fake"), new CloudDouble("openstack"));

    @Override
    public ProviderSettings parse(ConfigSection section) {
        if (name.equals("openstack")) {
            section.require("cloud");
        } else {
            section.section("fake-cloud").ifPresent(CloudDouble::readFakeCloud);
        }
        return CloudSchema.parse(section);
    }

    private static void readFakeCloud(ConfigSection section) {
        section.number("boot-seconds", 0);
        section.number("delete-seconds", 0);
        List.of("instances", "cores", "ram").forEach(section::integer);
        section.raw("faults");
        section.text("state");
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        throw new DriverException(Fault.INVALID_CONFIGURATION, "a double opens nothing");
    }
}
