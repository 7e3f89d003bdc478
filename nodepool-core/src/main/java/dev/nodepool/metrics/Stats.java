package dev.nodepool.metrics;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;

/**
 * Where figures go. Names are complete, dots separate their parts; one name is used for one kind of figure. Implementations are thread-safe; they neither block
 * nor fail.
 */
public interface Stats {

    /** Keeps nothing. */
    Stats NONE = new Stats() {
        @Override
        public void count(String name, long more) {}

        @Override
        public void gauge(String name, long value) {}

        @Override
        public void time(String name, Duration took) {}
    };

    /** Keeps figures in a registry: counters, settable gauges and timers of the same names. */
    static Stats of(MetricRegistry registry) {
        return new RegistryStats(registry);
    }

    /** Something happened so many times more. */
    void count(String name, long more);

    /** How much there is now; {@link Long#MAX_VALUE} stands for no limit. */
    void gauge(String name, long value);

    /** Something that takes time happened once more; that counts it, too. */
    void time(String name, Duration took);
}
