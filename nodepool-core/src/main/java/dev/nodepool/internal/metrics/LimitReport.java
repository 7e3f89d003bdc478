package dev.nodepool.internal.metrics;

import dev.nodepool.config.TenantLimits;
import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.metrics.Stats;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells what the configuration in force allows providers and tenants to have, at the start and when it changes. Lives on
 * the loop.
 */
final class LimitReport {

    private static final long NONE = Long.MAX_VALUE;

    /** Told also of tenants that have no such limit. */
    private static final List<String> ALWAYS = List.of(Amounts.CORES, Amounts.INSTANCES, Amounts.RAM);

    private final Stats stats;
    private final Map<String, Long> told = new HashMap<>();
    private Map<String, Long> byTenant = Map.of();

    LimitReport(Stats stats) {
        this.stats = stats;
    }

    void tell(Collection<PoolSeat> seats, Map<String, TenantLimits> tenants) {
        maxServers(seats).forEach(this::tell);
        var limits = limits(tenants);
        byTenant.keySet().stream().filter(name -> !limits.containsKey(name)).forEach(name -> tell(name, NONE));
        limits.forEach(this::tell);
        byTenant = limits;
    }

    /** A provider that went is not told as zero: it may be with another launcher now, which told its own figure. */
    private static Map<String, Long> maxServers(Collection<PoolSeat> seats) {
        var sums = new HashMap<String, Long>();
        seats.forEach(seat -> sums.merge(
                FigureName.MAX_SERVERS.of(seat.providerName()),
                seat.pool().maxServers().map(n -> Math.max(0L, n)).orElse(NONE),
                (some, more) -> some == NONE || more == NONE ? NONE : some + more));
        return sums;
    }

    private static Map<String, Long> limits(Map<String, TenantLimits> tenants) {
        var limits = new HashMap<String, Long>();
        tenants.forEach((tenant, its) -> {
            ALWAYS.forEach(name -> limits.put(FigureName.TENANT_LIMIT.of(tenant, name), NONE));
            its.limits().byName().forEach((name, limit) -> limits.put(FigureName.TENANT_LIMIT.of(tenant, name), limit));
        });
        return limits;
    }

    private void tell(String name, long value) {
        if (!Long.valueOf(value).equals(told.put(name, value))) {
            stats.gauge(name, value);
        }
    }
}
