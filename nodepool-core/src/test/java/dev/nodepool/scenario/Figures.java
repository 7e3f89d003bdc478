package dev.nodepool.scenario;

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
    public void count(String name, long more) {
        counts.merge(name, more, Long::sum);
    }

    @Override
    public void gauge(String name, long value) {
        gauges.put(name, value);
    }

    @Override
    public void time(String name, Duration took) {
        times.put(name, took);
    }
}
