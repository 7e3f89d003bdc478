package dev.nodepool.config;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.config.ConfigSection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code tenant-resource-limits}. */
final class TenantSchema {

    private static final String LIST = "tenant-resource-limits";
    private static final String NAME = "tenant-name";
    private static final Map<String, String> AMOUNTS = Map.of(
            "max-servers", Amounts.INSTANCES,
            "max-cores", Amounts.CORES,
            "max-ram", Amounts.RAM,
            "max-volumes", Amounts.VOLUMES,
            "max-volume-gb", Amounts.VOLUME_GB);

    private TenantSchema() {}

    static Map<String, TenantLimits> read(ConfigSection root) {
        var limits = new LinkedHashMap<String, TenantLimits>();
        for (var section : root.sections(LIST)) {
            var tenant = section.requiredText(NAME);
            if (limits.put(tenant, new TenantLimits(tenant, amounts(section))) != null && !tenant.isBlank()) {
                section.lapse(NAME, "\"" + tenant + "\" already defined");
            }
        }
        return limits;
    }

    /** Any other key limits what a driver of this name counts. */
    private static Amounts amounts(ConfigSection section) {
        var amounts = new HashMap<String, Long>();
        for (var key : section.keys()) {
            if (!key.equals(NAME)) {
                section.integer(key).ifPresent(n -> amounts.put(AMOUNTS.getOrDefault(key, key), n.longValue()));
            }
        }
        return new Amounts(amounts);
    }
}
