package dev.nodepool.internal.provider;

import dev.nodepool.driver.ProviderDriver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The drivers of this process by name. Immutable. */
public final class Drivers {

    private final Map<String, ProviderDriver> byName;

    private Drivers(Map<String, ProviderDriver> byName) {
        this.byName = byName;
    }

    /**
     * Finds all drivers that a class loader offers.
     *
     * @throws IllegalStateException when there is none, when two have one name, or when one can not be made
     */
    public static Drivers find(ClassLoader loader) {
        var found = new ArrayList<ProviderDriver>();
        try {
            ServiceLoader.load(ProviderDriver.class, loader).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException("a driver can not be loaded: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("no driver found: is there a META-INF/services/"
                    + ProviderDriver.class.getName() + " on the class path?");
        }
        return of(found);
    }

    /** @throws IllegalStateException when two have one name */
    public static Drivers of(Collection<? extends ProviderDriver> drivers) {
        var byName = new LinkedHashMap<String, ProviderDriver>();
        for (var driver : drivers) {
            var other = byName.putIfAbsent(driver.name(), driver);
            if (other != null && other.getClass() != driver.getClass()) {
                throw new IllegalStateException("two drivers are named " + driver.name() + ": "
                        + other.getClass().getName() + " and "
                        + driver.getClass().getName());
            }
        }
        return new Drivers(byName);
    }

    public List<ProviderDriver> all() {
        return List.copyOf(byName.values());
    }

    /** @throws IllegalStateException when there is no such driver */
    public ProviderDriver get(String name) {
        var driver = byName.get(name);
        if (driver == null) {
            throw new IllegalStateException(
                    "unknown driver " + name + " (known: " + String.join(", ", byName.keySet()) + ")");
        }
        return driver;
    }
}
