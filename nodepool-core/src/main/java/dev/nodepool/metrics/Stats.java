package dev.nodepool.metrics;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;

/** Where figures go. Implementations are thread-safe; they neither block nor fail. */
public interface Stats {

    /** Keeps nothing. */
    Stats NONE = new Stats() {
        @Override
        public void count(Figure figure, long more) {}

        @Override
        public void gauge(Figure figure, long value) {}

        @Override
        public void time(Figure figure, Duration took) {}
    };

    /** Keeps figures in a registry: counters, settable gauges and timers by {@link Figure#text}. */
    static Stats of(MetricRegistry registry) {
        return new RegistryStats(registry);
    }

    /** Something happened so many times more. */
    void count(Figure figure, long more);

    /** How much there is now; {@link Long#MAX_VALUE} stands for no limit. */
    void gauge(Figure figure, long value);

    /** Something that takes time happened once more; that counts it, too. */
    void time(Figure figure, Duration took);

    /**
     * A gauge is not told by this process any more: what it tells of is gone, or somebody else tells it from now on. Who keeps
     * the last value of each gauge should forget this one.
     */
    default void withdraw(Figure gauge) {}
}
