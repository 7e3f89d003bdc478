package dev.nodepool.scenario;

import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Keeps all figures as they come: the last of each gauge and timer, the sum of each counter. */
final class Figures implements Stats {

    final Map<String, Long> gauges = new TreeMap<>();
    final Map<String, Long> counts = new TreeMap<>();
    final Map<String, Duration> times = new TreeMap<>();

    @Override
    public void count(Figure figure, long more) {
        counts.merge(figure.text(), more, Long::sum);
    }

    @Override
    public void gauge(Figure figure, long value) {
        gauges.put(figure.text(), value);
    }

    @Override
    public void time(Figure figure, Duration took) {
        times.put(figure.text(), took);
    }
}
