package dev.nodepool.driver.openstack.clouds;

import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Lays mappings over each other; every value keeps the place it came from. */
final class Merge {

    private Merge() {}

    /** Both mappings in one; of two values for a key the upper one counts, two mappings are merged in turn. */
    static Mapping over(Mapping lower, Mapping upper) {
        var entries = new LinkedHashMap<>(lower.entries());
        upper.entries().forEach((key, entry) -> entries.merge(key, entry, Merge::over));
        return new Mapping(upper.entries().isEmpty() ? lower.mark() : upper.mark(), entries);
    }

    private static Entry over(Entry lower, Entry upper) {
        return lower.value() instanceof Mapping below && upper.value() instanceof Mapping above
                ? new Entry(upper.keyMark(), over(below, above))
                : upper;
    }

    /** The same with underscores for hyphens in all keys: both are in use. */
    static Mapping normalized(Mapping mapping) {
        var entries = new LinkedHashMap<String, Entry>();
        mapping.entries()
                .forEach((key, entry) ->
                        entries.put(key.replace('-', '_'), new Entry(entry.keyMark(), value(entry.value()))));
        return new Mapping(mapping.mark(), entries);
    }

    private static ConfigNode value(ConfigNode value) {
        return value instanceof Mapping mapping ? normalized(mapping) : value;
    }

    /** The mapping under a key, null when there is none. */
    static @Nullable Mapping below(Mapping mapping, String key) {
        return mapping.get(key) instanceof Mapping below ? below : null;
    }
}
