package dev.nodepool.config;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.cloud.CloudSchema;
import dev.nodepool.driver.config.ConfigSection;

/** Reads sections as the OpenStack driver does, which lives in another module; opens nothing. */
record CloudDouble(String name) implements ProviderDriver {

    @Override
    public ProviderSettings parse(ConfigSection section) {
        section.require("cloud");
        return CloudSchema.parse(section);
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        throw new DriverException(Fault.INVALID_CONFIGURATION, "a double opens nothing");
    }
}
