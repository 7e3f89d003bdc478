package dev.nodepool.internal.provider;

import dev.nodepool.driver.CallMeter;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.Stats;
import java.time.Duration;

/** Figures of a provider's calls to its cloud. */
record TaskTimes(String provider, Stats stats) implements CallMeter {

    @Override
    public void called(String service, String method, String operation, Duration took) {
        stats.time(FigureName.TASK.of(provider, service, method, operation), took);
    }
}
