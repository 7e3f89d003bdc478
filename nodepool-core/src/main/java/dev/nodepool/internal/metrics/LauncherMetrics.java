package dev.nodepool.internal.metrics;

import dev.nodepool.config.TenantLimits;
import dev.nodepool.internal.launch.LaunchListener;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.metrics.Stats;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of one launcher. Lives on the loop. */
public final class LauncherMetrics {

    private final LaunchReport launches;
    private final LimitReport limits;
    private final @Nullable StateReport states;

    /** Nothing is sent to ZooKeeper and nothing summed up for a sink that keeps nothing. */
    public LauncherMetrics(Stores stores) {
        launches = new LaunchReport(stores.stats());
        limits = new LimitReport(stores.stats());
        states = stores.stats() == Stats.NONE ? null : new StateReport(stores);
    }

    /** To be told how launches end. */
    public LaunchListener launches() {
        return launches;
    }

    /** To be called when pools or tenants may have changed. */
    public void serve(Collection<PoolSeat> seats, Map<String, TenantLimits> tenants) {
        limits.tell(seats, tenants);
    }

    /** Leaves what one launcher tells for all to the next one. */
    public void stop() {
        if (states != null) {
            states.stop();
        }
    }
}
