package dev.nodepool.examples.process;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;

/** The driver named {@code process}. */
public final class ProcessDriver implements ProviderDriver {

    @Override
    public String name() {
        return "process";
    }

    @Override
    public ProviderSettings parse(ConfigSection section) {
        return ProcessSettings.parse(section);
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        if (settings instanceof ProcessSettings processes) {
            return new ProcessProvider(processes, context);
        }
        throw new DriverException(Fault.INVALID_CONFIGURATION, "not settings of the process driver");
    }
}
