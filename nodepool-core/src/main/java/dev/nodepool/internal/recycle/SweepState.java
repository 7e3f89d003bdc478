package dev.nodepool.internal.recycle;

import dev.nodepool.internal.retention.Caution;
import dev.nodepool.internal.retention.Leaks;
import dev.nodepool.internal.retention.Thing;
import dev.nodepool.model.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the search for leaks at a provider stands, as it is stored: for the next sweep, by whichever launcher, and for
 * people.
 *
 * @param freeze why something is held back, for people; empty when nothing is
 * @param since since when, seconds since the epoch; 0 when nothing is held back
 * @param held what is held back, in order; what a confirmation covers
 * @param heldInAll how many are held back, also those for which there is no room in the record
 * @param counts by kind, how many there are and how many are unknown
 * @param failing how many could not be deleted at the last try
 */
record SweepState(
        String freeze,
        double since,
        List<Thing> held,
        int heldInAll,
        Map<String, Leaks.Count> counts,
        int failing,
        Caution caution) {

    static final String HELD = "held";

    private static final String FREEZE = "frozen";
    private static final String SINCE = "since";
    private static final String HELD_IN_ALL = "held_in_all";
    private static final String ALL = "all";
    private static final String UNKNOWN = "unknown";
    private static final String FAILING = "failing";
    private static final String WITHHELD = "withheld";
    private static final String CONFIRMED = "confirmed";
    private static final String TRUSTED = "trusted";

    /** Three lists of this many characters fit into a znode, which holds a megabyte. */
    private static final int ROOM = 200_000;

    static final SweepState NONE = new SweepState("", 0, List.of(), 0, Map.of(), 0, Caution.NONE);

    static SweepState of(Leaks.Verdict verdict, int failing, SweepState before, double now) {
        var freeze = verdict.freeze().map(f -> f.text()).orElse("");
        var caution = verdict.caution();
        var since = freeze.isEmpty() ? 0 : before.freeze.isEmpty() ? now : before.since;
        return new SweepState(
                freeze,
                since,
                some(verdict.held()),
                verdict.held().size(),
                new TreeMap<>(verdict.counts()),
                failing,
                new Caution(
                        Set.copyOf(some(caution.withheld())),
                        Set.copyOf(some(caution.confirmed())),
                        caution.trusted()));
    }

    /** In order, as many as there is room for. */
    private static List<Thing> some(Collection<Thing> things) {
        var kept = new ArrayList<Thing>();
        var room = ROOM;
        for (var thing : things.stream().sorted().toList()) {
            room -= thing.id().length() + 4;
            if (room < 0) {
                break;
            }
            kept.add(thing);
        }
        return List.copyOf(kept);
    }

    Document document() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put(FREEZE, freeze);
        fields.put(SINCE, since);
        fields.put(ALL, numbers(Leaks.Count::all));
        fields.put(UNKNOWN, numbers(Leaks.Count::unknown));
        fields.put(FAILING, failing);
        fields.put(HELD_IN_ALL, heldInAll);
        fields.put(HELD, byKind(held));
        fields.put(WITHHELD, byKind(caution.withheld()));
        fields.put(CONFIRMED, byKind(caution.confirmed()));
        fields.put(TRUSTED, caution.trusted());
        return new Document(fields);
    }

    private Map<String, Integer> numbers(ToIntFunction<Leaks.Count> number) {
        var numbers = new TreeMap<String, Integer>();
        counts.forEach((kind, count) -> numbers.put(kind, number.applyAsInt(count)));
        return numbers;
    }

    static Map<String, List<String>> byKind(Collection<Thing> things) {
        var ids = new TreeMap<String, List<String>>();
        things.stream()
                .sorted()
                .forEach(thing -> ids.computeIfAbsent(thing.kind(), kind -> new ArrayList<>())
                        .add(thing.id()));
        return ids;
    }

    static SweepState of(Document doc) {
        var held = things(doc, HELD);
        var counts = new TreeMap<String, Leaks.Count>();
        var unknown = doc.get(UNKNOWN) instanceof Map<?, ?> map ? map : Map.of();
        if (doc.get(ALL) instanceof Map<?, ?> all) {
            all.forEach((kind, number) ->
                    counts.put(String.valueOf(kind), new Leaks.Count(whole(number), whole(unknown.get(kind)))));
        }
        return new SweepState(
                doc.text(FREEZE).orElse(""),
                doc.number(SINCE, 0),
                held,
                (int) doc.number(HELD_IN_ALL, held.size()),
                counts,
                (int) doc.number(FAILING, 0),
                new Caution(
                        new HashSet<>(things(doc, WITHHELD)),
                        new HashSet<>(things(doc, CONFIRMED)),
                        doc.get(TRUSTED) instanceof Number number ? number.longValue() : 0));
    }

    private static int whole(@Nullable Object number) {
        return number instanceof Number n ? n.intValue() : 0;
    }

    /** The things that a field of a record lists. */
    static List<Thing> things(Document doc, String field) {
        var things = new ArrayList<Thing>();
        if (doc.get(field) instanceof Map<?, ?> byKind) {
            byKind.forEach((kind, ids) -> {
                if (ids instanceof List<?> list) {
                    list.forEach(id -> things.add(new Thing(String.valueOf(kind), String.valueOf(id))));
                }
            });
        }
        return things.stream().sorted().toList();
    }
}
