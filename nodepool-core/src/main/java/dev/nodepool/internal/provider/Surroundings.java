package dev.nodepool.internal.provider;

import dev.nodepool.driver.CallMeter;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.BoundedExecutor;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.Stats;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/** What every open provider has around it. */
record Surroundings(String provider, InstantSource clock, Timer timer, Executor executor, CallMeter meter)
        implements ProviderContext {

    /**
     * @param calls most blocking calls of the provider at a time
     * @param stats told of every call to the cloud
     */
    static Surroundings of(String provider, Threads threads, int calls, Stats stats) {
        var executor = new BoundedExecutor(threads.shared(), calls);
        return new Surroundings(
                provider, threads.clock(), threads.timerOn(executor), executor, new TaskTimes(provider, stats));
    }
}
