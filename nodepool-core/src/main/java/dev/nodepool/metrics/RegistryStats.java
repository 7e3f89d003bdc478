package dev.nodepool.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SettableGauge;
import java.time.Duration;

/** Figures in a Dropwizard registry. */
record RegistryStats(MetricRegistry registry) implements Stats {

    @Override
    public void count(Figure figure, long more) {
        registry.counter(figure.text()).inc(more);
    }

    @Override
    public void gauge(Figure figure, long value) {
        SettableGauge<Long> gauge = registry.gauge(figure.text());
        gauge.setValue(value);
    }

    @Override
    public void time(Figure figure, Duration took) {
        registry.timer(figure.text()).update(took);
    }

    @Override
    public void withdraw(Figure gauge) {
        registry.remove(gauge.text());
    }
}
