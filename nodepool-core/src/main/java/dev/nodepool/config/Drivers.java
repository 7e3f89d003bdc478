package dev.nodepool.config;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.drivers.fixed.StaticDriver;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The drivers that provider sections may name. */
final class Drivers {

    /** Drivers of Python's Nodepool that come, if at all, in a module of their own. */
    private static final Set<String> ELSEWHERE = Set.of(
            "openstack",
            "test",
            "metastatic",
            "kubernetes",
            "openshift",
            "openshiftpods",
            "aws",
            "azure",
            "gce",
            "ibmvpc");

    private final Map<String, ProviderDriver> byName = new TreeMap<>();
    private final boolean needed;

    /**
     * @param needed whether a provider without a driver is an error; otherwise it is left out
     * @throws IllegalArgumentException when two drivers have one name
     */
    Drivers(Collection<? extends ProviderDriver> drivers, boolean needed) {
        this.needed = needed;
        for (var driver : drivers) {
            var other = byName.put(driver.name(), driver);
            if (other != null) {
                throw new IllegalArgumentException("two drivers are named \"" + driver.name() + "\": "
                        + other.getClass().getName() + " and "
                        + driver.getClass().getName());
            }
        }
        byName.computeIfAbsent("static", name -> new StaticDriver());
    }

    private Drivers(Drivers same, boolean needed) {
        byName.putAll(same.byName);
        this.needed = needed;
    }

    Drivers optional() {
        return new Drivers(this, false);
    }

    boolean needed() {
        return needed;
    }

    Optional<ProviderDriver> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Why there is no driver of this name. */
    String missing(String name) {
        var known = " (known: " + String.join(", ", byName.keySet()) + ")";
        return ELSEWHERE.contains(name)
                ? "no driver \"" + name + "\" here, give the directory of its jar with --driver-path" + known
                : "unknown driver \"" + name + "\"" + known;
    }
}
