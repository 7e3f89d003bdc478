package dev.nodepool.scenario;

import dev.nodepool.testing.Proof;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What simulated installations have been through. */
final class ClusterReport {

    private static final Set<String> NO_FAULTS = Set.of("request", "nothing", "start", "clouds well");

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

    /** Tells what there was, and takes note of it. */
    void tell(long seed) {
        var days = simulated.toSeconds() / 86_400.0;
        var seconds = (cpuNanos() - cpuBefore) / 1e9;
        var faults = happened.entrySet().stream()
                .filter(entry -> !NO_FAULTS.contains(entry.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        Proof.note("Simulated installations", lives);
        Proof.note("Simulated days", "%.1f".formatted(days));
        Proof.note("Simulated days per CPU second", "%.2f".formatted(days / seconds));
        Proof.note("Faults and events in the simulation", faults);
        Proof.note("Invariants checked in the simulation", checks);
        System.out.printf(
                "Simulation from seed %d: %d installations, %.2f days (%.2f per CPU second), %d faults and events, "
                        + "requests %s, longest wait of those asked for in calm %.0f s, %d invariants checked%n%s%n",
                seed, lives, days, days / seconds, faults, ends, longestWait, checks, happened);
    }
}
