package dev.nodepool.config;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads provider sections: the generic keys here, the others by the driver. */
record ProviderSchema(Drivers drivers, References references) {

    private static final String DEFAULT_DRIVER = "openstack";
    private static final String FAKE = "fake";

    /** Empty when there is no driver for the section. */
    Optional<ProviderConfig> read(ConfigSection section) {
        var name = section.requiredText("name");
        var driverName = driverName(section, name);
        var concurrency = section.integer("max-concurrency").filter(n -> n >= 0);
        var priority = section.integer("priority").orElse(PoolConfig.DEFAULT_PRIORITY);
        var pools = section.named("pools", Names.checked(pool -> GenericPool.read(pool, priority)));
        var driver = drivers.find(driverName);
        if (driver.isEmpty()) {
            if (drivers.needed()) {
                section.error("driver", drivers.missing(driverName));
            } else {
                section.warning("driver", drivers.missing(driverName) + "; the provider is left out");
            }
            section.allowUnread();
        }
        var settings = driver.flatMap(d -> parse(d, section));
        references.check(section, settings);
        return settings.map(s -> new ProviderConfig(name, driverName, concurrency, join(pools, s), s));
    }

    private static String driverName(ConfigSection section, String name) {
        var written = section.text("driver");
        if (!name.startsWith(FAKE)) {
            return written.orElse(DEFAULT_DRIVER);
        }
        if (written.filter(driver -> !driver.equals(FAKE)).isPresent()) {
            section.warning("driver", "ignored, because a provider named fake... uses the fake driver");
        }
        return FAKE;
    }

    private static Optional<ProviderSettings> parse(ProviderDriver driver, ConfigSection section) {
        try {
            return Optional.of(driver.parse(section));
        } catch (RuntimeException e) {
            // Its message may hold values of the section, which may be secret.
            var frames = e.getStackTrace();
            var where = frames.length == 0 ? "" : " at " + frames[0];
            section.error("driver \"" + driver.name() + "\" can not read this: "
                    + e.getClass().getName() + where);
            section.allowUnread();
            return Optional.empty();
        }
    }

    private static List<PoolConfig> join(List<GenericPool> pools, ProviderSettings settings) {
        var joined = new ArrayList<PoolConfig>();
        for (var pool : pools) {
            settings.pools().stream()
                    .filter(s -> s.name().equals(pool.name))
                    .findFirst()
                    .ifPresent(s -> joined.add(
                            new PoolConfig(pool.name, pool.maxServers, pool.priority, pool.nodeAttributes, s)));
        }
        return joined;
    }

    /** What every pool has, whatever its driver. */
    private record GenericPool(
            String name,
            Optional<Integer> maxServers,
            int priority,
            @Nullable Map<String, Object> nodeAttributes) {

        static GenericPool read(ConfigSection section, int providerPriority) {
            return new GenericPool(
                    section.requiredText("name"),
                    section.integer("max-servers"),
                    section.integer("priority").orElse(providerPriority),
                    section.rawMap("node-attributes").orElse(null));
        }
    }
}
