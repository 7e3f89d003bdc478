package dev.nodepool.runner.metrics;

import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.Stats;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps figures for Prometheus, which comes and reads them. Thread-safe. */
public final class Prometheus implements Stats {

    /** What {@link #page} is. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double NANOS = 1e9;
    /** Calls take parts of a second, launches minutes, builds hours. */
    private static final double[] CALL_SECONDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

    private static final double[] WORK_SECONDS = {1, 5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Map<FigureName, Gauge> gauges = new ConcurrentHashMap<>();
    private final Map<FigureName, Counter> counters = new ConcurrentHashMap<>();
    private final Map<FigureName, Histogram> timers = new ConcurrentHashMap<>();

    /** With what the Java VM tells of itself. */
    public Prometheus() {
        JvmMetrics.builder().register(registry);
    }

    @Override
    public void count(Figure figure, long more) {
        counters.computeIfAbsent(figure.name(), this::counter)
                .labelValues(labels(figure))
                .inc(more);
    }

    @Override
    public void gauge(Figure figure, long value) {
        gauges.computeIfAbsent(figure.name(), this::gauge)
                .labelValues(labels(figure))
                .set(value == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : value);
    }

    @Override
    public void time(Figure figure, Duration took) {
        timers.computeIfAbsent(figure.name(), this::timer)
                .labelValues(labels(figure))
                .observe(took.toNanos() / NANOS);
    }

    @Override
    public void withdraw(Figure figure) {
        Gauge gauge = gauges.get(figure.name());
        if (gauge != null) {
            gauge.remove(labels(figure));
        }
    }

    /** All figures in the text format of Prometheus. */
    public String page() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            writer.write(page, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toString(StandardCharsets.UTF_8);
    }

    private Gauge gauge(FigureName name) {
        return Gauge.builder()
                .name(PrometheusName.complete(name))
                .help(name.help())
                .labelNames(parts(name))
                .register(registry);
    }

    private Counter counter(FigureName name) {
        return Counter.builder()
                .name(PrometheusName.complete(name))
                .help(name.help())
                .labelNames(parts(name))
                .register(registry);
    }

    private Histogram timer(FigureName name) {
        return Histogram.builder()
                .name(PrometheusName.complete(name))
                .help(name.help())
                .labelNames(parts(name))
                .classicOnly()
                .classicUpperBounds(name == FigureName.TASK ? CALL_SECONDS : WORK_SECONDS)
                .register(registry);
    }

    private static String[] parts(FigureName name) {
        return name.parts().toArray(String[]::new);
    }

    private static String[] labels(Figure figure) {
        return figure.values().toArray(String[]::new);
    }
}
