package dev.nodepool.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SettableGauge;
import java.time.Duration;

/** Figures in a Dropwizard registry. */
record RegistryStats(MetricRegistry registry) implements Stats {

    @Override
    public void count(String name, long more) {
        registry.counter(name).inc(more);
    }

    @Override
    public void gauge(String name, long value) {
        SettableGauge<Long> gauge = registry.gauge(name);
        gauge.setValue(value);
    }

    @Override
    public void time(String name, Duration took) {
        registry.timer(name).update(took);
    }
}
