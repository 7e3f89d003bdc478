package dev.nodepool.driver;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * Named amounts of what a cloud has limits for, e.g. {@code cores=4, instances=1, ram=8192} (ram in MiB). Immutable.
 *
 * <p>As a need or as use, a name that is absent is 0; as a limit it is unlimited.
 */
public record Amounts(Map<String, Long> byName) {

    public static final String CORES = "cores";
    public static final String INSTANCES = "instances";
    public static final String RAM = "ram";
    public static final String VOLUMES = "volumes";
    public static final String VOLUME_GB = "volume-gb";

    public static final Amounts NONE = new Amounts(Map.of());

    public Amounts {
        byName = Collections.unmodifiableMap(new TreeMap<>(byName));
    }

    public static Amounts of(String name, long amount) {
        return new Amounts(Map.of(name, amount));
    }

    public static Amounts compute(long instances, long cores, long ramMib) {
        return new Amounts(Map.of(INSTANCES, instances, CORES, cores, RAM, ramMib));
    }

    /** The amount of this name, 0 when absent. */
    public long get(String name) {
        return byName.getOrDefault(name, 0L);
    }

    public Amounts plus(Amounts other) {
        return combine(other, Long::sum);
    }

    public Amounts minus(Amounts other) {
        return combine(other, (a, b) -> a - b);
    }

    /** Only the amounts of these names. */
    public Amounts only(Set<String> names) {
        var kept = new TreeMap<>(byName);
        kept.keySet().retainAll(names);
        return new Amounts(kept);
    }

    /** The tighter of two limits, name by name. */
    public Amounts tighter(Amounts other) {
        var limits = new TreeMap<>(byName);
        other.byName.forEach((name, limit) -> limits.merge(name, limit, Math::min));
        return new Amounts(limits);
    }

    /** Whether this need stays within a limit; names the limit lacks are unlimited. */
    public boolean fitsIn(Amounts limit) {
        return exceeding(limit).isEmpty();
    }

    /** The first name of which this need exceeds a limit, or an empty text. */
    public String exceeding(Amounts limit) {
        for (var entry : byName.entrySet()) {
            var allowed = limit.byName.get(entry.getKey());
            if (allowed != null && entry.getValue() > 0 && entry.getValue() > allowed) {
                return entry.getKey();
            }
        }
        return "";
    }

    private Amounts combine(Amounts other, LongBinaryOperator sum) {
        if (other.byName.isEmpty()) {
            return this;
        }
        var result = new TreeMap<>(byName);
        other.byName.forEach(
                (name, amount) -> result.put(name, sum.applyAsLong(result.getOrDefault(name, 0L), amount)));
        return new Amounts(result);
    }
}
