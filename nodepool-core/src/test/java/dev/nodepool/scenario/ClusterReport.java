package dev.nodepool.scenario;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What simulated installations have been through. */
final class ClusterReport {

    private final long cpuBefore = cpuNanos();
    private final Map<String, Integer> happened = new TreeMap<>();
    private final Map<String, Integer> ends = new TreeMap<>();
    private Duration simulated = Duration.ZERO;
    private long checks;
    private int lives;
    private double longestWait;

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    void add(Cluster cluster, Duration lived, long checked) {
        lives++;
        simulated = simulated.plus(lived);
        checks += checked;
        cluster.happened.forEach((what, count) -> happened.merge(what, count, Integer::sum));
        cluster.users.ends().forEach((how, count) -> ends.merge(how, count, Integer::sum));
        longestWait = Math.max(longestWait, cluster.users.longestWait());
    }

    int fulfilled() {
        return ends.getOrDefault("fulfilled", 0);
    }

    String text(long seed) {
        var days = simulated.toSeconds() / 86_400.0;
        var seconds = (cpuNanos() - cpuBefore) / 1e9;
        var faults = happened.entrySet().stream()
                .filter(entry ->
                        !entry.getKey().equals("request") && !entry.getKey().equals("nothing"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        return ("Simulation from seed %d: %d installations, %.2f days (%.2f days per CPU second), %d faults and events, "
                        + "requests %s, longest wait of those asked for in calm %.0f s, %d invariants checked%n%s")
                .formatted(seed, lives, days, days / seconds, faults, ends, longestWait, checks, happened);
    }
}
