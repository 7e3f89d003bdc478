package dev.nodepool.internal.metrics;

import dev.nodepool.config.TenantLimits;
import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
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
    private final Map<Figure, Long> told = new HashMap<>();
    private Map<Figure, Long> byTenant = Map.of();

    LimitReport(Stats stats) {
        this.stats = stats;
    }

    void tell(Collection<PoolSeat> seats, Map<String, TenantLimits> tenants) {
        var limits = limits(tenants);
        // Who keeps no values would never hear that there is no limit any more.
        byTenant.keySet().stream().filter(limit -> !limits.containsKey(limit)).forEach(limit -> tell(limit, NONE));
        byTenant = limits;
        var now = maxServers(seats);
        now.putAll(limits);
        now.forEach(this::tell);
        List.copyOf(told.keySet()).stream().filter(one -> !now.containsKey(one)).forEach(this::withdraw);
    }

    /** A provider that went is not told as zero: it may be with another launcher now, which told its own figure. */
    private static HashMap<Figure, Long> maxServers(Collection<PoolSeat> seats) {
        var sums = new HashMap<Figure, Long>();
        seats.forEach(seat -> sums.merge(
                FigureName.MAX_SERVERS.of(seat.providerName()),
                seat.pool().maxServers().map(n -> Math.max(0L, n)).orElse(NONE),
                (some, more) -> some == NONE || more == NONE ? NONE : some + more));
        return sums;
    }

    private static Map<Figure, Long> limits(Map<String, TenantLimits> tenants) {
        var limits = new HashMap<Figure, Long>();
        tenants.forEach((tenant, its) -> {
            ALWAYS.forEach(name -> limits.put(FigureName.TENANT_LIMIT.of(tenant, name), NONE));
            its.limits().byName().forEach((name, limit) -> limits.put(FigureName.TENANT_LIMIT.of(tenant, name), limit));
        });
        return limits;
    }

    private void withdraw(Figure figure) {
        told.remove(figure);
        stats.withdraw(figure);
    }

    private void tell(Figure figure, long value) {
        if (!Long.valueOf(value).equals(told.put(figure, value))) {
            stats.gauge(figure, value);
        }
    }
}
