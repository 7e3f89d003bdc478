package dev.nodepool.internal.recycle;

import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.retention.Leaks;
import dev.nodepool.internal.retention.Thing;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a launcher remembers of the leaks at one provider from sweep to sweep. Lives on the loop. */
final class SweepMemory {

    private static final int MOST_AT_ONCE = 10;

    /** Enough sweeps apart that things which can not be deleted never take the turn of the others for long. */
    private static final BackOff BACK_OFF = BackOff.between(Duration.ofMinutes(2), Duration.ofHours(1));

    private record Failure(BackOff backOff, double notBefore) {}

    private final Map<Thing, Failure> failures = new HashMap<>();
    private final Set<Thing> underWay = new HashSet<>();
    private Leaks leaks = Leaks.NONE_SEEN;
    private Map<String, Leaks.Count> counts = Map.of();
    private String freeze = "";
    private int held;

    Leaks leaks() {
        return leaks;
    }

    /** Takes over what a sweep found; what is gone is forgotten. */
    void remember(Leaks.Verdict verdict) {
        leaks = verdict.next();
        failures.keySet().retainAll(leaks.sightings().keySet());
        counts = new TreeMap<>(verdict.counts());
        freeze = verdict.freeze().map(f -> f.text()).orElse("");
        held = verdict.held().size();
    }

    /** Of proven leaks those that are to be deleted now. */
    List<Thing> due(List<Thing> proven, double now) {
        return proven.stream()
                .filter(thing -> !underWay.contains(thing) && !resting(thing, now))
                .limit(Math.max(0, MOST_AT_ONCE - underWay.size()))
                .toList();
    }

    private boolean resting(Thing thing, double now) {
        var failure = failures.get(thing);
        return failure != null && now < failure.notBefore();
    }

    void begin(Thing thing) {
        underWay.add(thing);
    }

    void deleted(Thing thing) {
        underWay.remove(thing);
        failures.remove(thing);
    }

    /** @return how long it is left alone now */
    Duration failed(Thing thing, double now) {
        underWay.remove(thing);
        var before = failures.get(thing);
        var backOff = (before == null ? BACK_OFF : before.backOff()).failed();
        failures.put(thing, new Failure(backOff, now + backOff.delay().toSeconds()));
        return backOff.delay();
    }

    /** How many could not be deleted at the last try. */
    int failing() {
        return failures.size();
    }

    /** Why unknown things are held back, empty when none is. */
    String freeze() {
        return freeze;
    }

    int held() {
        return held;
    }

    /** How many things no record knows. */
    int unknown() {
        return counts.values().stream().mapToInt(Leaks.Count::unknown).sum();
    }

    /** For people, e.g. {@code 7 of 12 instances}. */
    String countsText() {
        var text = new StringBuilder();
        counts.forEach((kind, count) -> {
            if (count.unknown() > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(count.unknown())
                        .append(" of ")
                        .append(count.all())
                        .append(' ')
                        .append(kind);
            }
        });
        return text.toString();
    }
}
