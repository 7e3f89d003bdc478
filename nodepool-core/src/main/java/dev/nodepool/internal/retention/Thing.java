package dev.nodepool.internal.retention;

import dev.nodepool.driver.ExternalId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A thing in a cloud by its name.
 *
 * @param kind what it is, in the plural: {@code instances}, {@code ports}
 * @param id what the cloud calls it, as a text that is the same in every process
 */
public record Thing(String kind, String id) implements Comparable<Thing> {

    public static final String INSTANCES = "instances";

    private static final Comparator<Thing> ORDER =
            Comparator.comparing(Thing::kind).thenComparing(Thing::id);

    public static Thing of(String kind, ExternalId id) {
        return new Thing(kind, String.valueOf(sorted(id.json())));
    }

    public boolean machine() {
        return kind.equals(INSTANCES);
    }

    @Override
    public int compareTo(Thing other) {
        return ORDER.compare(this, other);
    }

    /** For people. */
    @Override
    public String toString() {
        return kind + " " + id;
    }

    /** The order of the fields of an object differs from process to process. */
    private static Object sorted(Object json) {
        if (json instanceof Map<?, ?> map) {
            var fields = new TreeMap<String, Object>();
            map.forEach((name, value) -> fields.put(String.valueOf(name), sorted(value)));
            return fields;
        }
        return json instanceof List<?> list ? list.stream().map(Thing::sorted).toList() : json;
    }
}
