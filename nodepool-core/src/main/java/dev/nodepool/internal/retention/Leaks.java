package dev.nodepool.internal.retention;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which things of ours in a cloud are proven leaks: no record knows them, in at least two complete listings a minute
 * apart, and nothing looks as if the records had been lost rather than the things.
 *
 * @param sightings since when each unknown thing was seen in every listing, seconds since the epoch
 */
public record Leaks(Map<Thing, Double> sightings) {

    /** So long a thing must have been unknown; a record is always there before its machine. */
    static final double AGE_SECONDS = 60;

    /** Records may go one by one for as long as a person needs to remove them all. */
    static final double BEFORE_DOUBT_SECONDS = 600;

    /** More unknown things of a kind than these look like lost records rather than like leaks. */
    static final int UNSUSPICIOUS = 5;

    static final double UNSUSPICIOUS_SHARE = 0.2;

    public static final Leaks NONE_SEEN = new Leaks(Map.of());

    public Leaks {
        sightings = Map.copyOf(sightings);
    }

    /**
     * What follows from a listing.
     *
     * @param freeze why some are held back, empty when none is
     * @param held unknown things that are not deleted unless a person confirms them
     * @param proven what is to be deleted, the longest unknown first
     * @param next what to remember until the next listing
     * @param caution what to store before anything is deleted
     * @param counts by kind, how many there are and how many of them are unknown
     */
    public record Verdict(
            Optional<Freeze> freeze,
            Set<Thing> held,
            List<Thing> proven,
            Leaks next,
            Caution caution,
            Map<String, Count> counts) {}

    /** How many there are of a kind, and how many of them no record knows. */
    public record Count(int all, int unknown) {}

    /**
     * Judges what complete listings showed.
     *
     * @param now seconds since the epoch
     */
    public Verdict judge(Evidence evidence, Caution caution, double now) {
        var unknown = evidence.sights().stream().filter(s -> !s.known()).toList();
        var there = things(unknown);
        var confirmed = new HashSet<>(caution.confirmed());
        confirmed.removeIf(thing -> evidence.covers(thing) && !there.contains(thing));
        var open = things(unknown.stream().filter(Sight::marked).toList());
        open.removeAll(confirmed);

        var suspicious = suspicious(evidence, open);
        var madeAnew = evidence.records().madeAnew(caution.trusted());
        var empty = evidence.records().empty();
        var withheld = new HashSet<>(caution.withheld());
        withheld.removeIf(thing -> evidence.covers(thing) && !open.contains(thing));
        if (madeAnew) {
            withheld.addAll(open);
        } else if (empty) {
            // What was unknown long before the records went is not unknown because there are none.
            open.stream()
                    .filter(thing -> !suspicious.isEmpty() || seenFor(thing, now) < BEFORE_DOUBT_SECONDS)
                    .forEach(withheld::add);
        }
        var next = next(evidence, there, now);
        var freeze = freeze(evidence, open, withheld, madeAnew, suspicious);
        var held = held(freeze, suspicious, unknown, confirmed, withheld);
        var proven = there.stream()
                .filter(thing -> !held.contains(thing) && next.seenFor(thing, now) >= AGE_SECONDS)
                .sorted(Comparator.comparingDouble((Thing thing) -> -next.seenFor(thing, now))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        var trusted = madeAnew && open.isEmpty() && evidence.everything()
                ? evidence.records().made()
                : caution.trusted();
        return new Verdict(
                freeze, held, proven, next, new Caution(withheld, confirmed, trusted), counts(evidence, there));
    }

    private static Set<Thing> things(List<Sight> sights) {
        var things = new HashSet<Thing>();
        sights.forEach(s -> things.add(s.thing()));
        return things;
    }

    private Leaks next(Evidence evidence, Set<Thing> there, double now) {
        var seen = new HashMap<Thing, Double>();
        there.forEach(thing -> seen.put(thing, sightings.getOrDefault(thing, now)));
        sightings.forEach((thing, since) -> {
            if (!evidence.covers(thing)) {
                seen.put(thing, since);
            }
        });
        return new Leaks(seen);
    }

    private double seenFor(Thing thing, double now) {
        return now - sightings.getOrDefault(thing, now);
    }

    /** Kinds of which so much is unknown that it must have another reason. */
    private static Set<String> suspicious(Evidence evidence, Set<Thing> open) {
        var marked = new ArrayList<Thing>();
        evidence.sights().stream().filter(Sight::marked).map(Sight::thing).forEach(marked::add);
        var kinds = new HashSet<String>();
        counts(marked, open).forEach((kind, count) -> {
            if (count.unknown() > UNSUSPICIOUS && count.unknown() > UNSUSPICIOUS_SHARE * count.all()) {
                kinds.add(kind);
            }
        });
        return kinds;
    }

    private static Optional<Freeze> freeze(
            Evidence evidence, Set<Thing> open, Set<Thing> withheld, boolean madeAnew, Set<String> suspicious) {
        if (madeAnew && !open.isEmpty()) {
            return Optional.of(Freeze.MADE_ANEW);
        }
        if (evidence.records().empty() && !open.isEmpty()) {
            return Optional.of(Freeze.EMPTY);
        }
        if (!suspicious.isEmpty()) {
            return Optional.of(Freeze.SHARE);
        }
        return withheld.isEmpty() ? Optional.empty() : Optional.of(Freeze.WITHHELD);
    }

    /** Doubts about the machines are doubts about the records, and so about everything. */
    private static Set<Thing> held(
            Optional<Freeze> freeze,
            Set<String> suspicious,
            List<Sight> unknown,
            Set<Thing> confirmed,
            Set<Thing> withheld) {
        var all = suspicious.contains(Thing.INSTANCES)
                || freeze.filter(f -> f == Freeze.MADE_ANEW || f == Freeze.EMPTY)
                        .isPresent();
        var held = new HashSet<>(withheld);
        unknown.stream()
                .filter(s -> all || s.marked() && suspicious.contains(s.thing().kind()))
                .map(Sight::thing)
                .filter(thing -> !confirmed.contains(thing))
                .forEach(held::add);
        return Set.copyOf(held);
    }

    private static Map<String, Count> counts(Evidence evidence, Set<Thing> unknown) {
        return counts(evidence.sights().stream().map(Sight::thing).toList(), unknown);
    }

    private static Map<String, Count> counts(List<Thing> all, Set<Thing> unknown) {
        var counts = new TreeMap<String, Count>();
        for (var thing : all) {
            var more = new Count(1, unknown.contains(thing) ? 1 : 0);
            counts.merge(thing.kind(), more, (a, b) -> new Count(a.all() + b.all(), a.unknown() + b.unknown()));
        }
        return counts;
    }
}
