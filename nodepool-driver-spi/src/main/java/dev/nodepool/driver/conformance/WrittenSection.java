package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.config.ConfigNode;
import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.driver.config.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A provider section out of Java values, read as the core reads one; every value has a line of its own. */
final class WrittenSection {

    private int line;

    private WrittenSection() {}

    /** @throws CheckFailure when anything is wrong with it, unknown keys among others */
    static ProviderSettings read(ProviderDriver driver, Map<String, ?> values) {
        var problems = new Problems(true);
        var section = ConfigSection.root(mapping(values), problems);
        readGenericKeys(section);
        var settings = driver.parse(section);
        section.reportUnread();
        if (!problems.found().isEmpty()) {
            throw new CheckFailure("the section has problems: "
                    + problems.found().stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
        return settings;
    }

    /** The keys that are not the driver's business. */
    private static void readGenericKeys(ConfigSection section) {
        section.requiredText("name");
        section.text("driver");
        section.integer("max-concurrency");
        section.integer("priority");
        section.named("pools", pool -> {
            pool.integer("max-servers");
            pool.integer("priority");
            return pool.rawMap("node-attributes").isPresent();
        });
    }

    static Mapping mapping(Map<String, ?> values) {
        return (Mapping) new WrittenSection().node(values);
    }

    private ConfigNode node(@Nullable Object value) {
        var mark = new Mark("scratch", ++line, 1);
        if (value instanceof Map<?, ?> map) {
            var entries = new LinkedHashMap<String, Entry>();
            map.forEach((key, item) -> entries.put(String.valueOf(key), new Entry(mark, node(item))));
            return new Mapping(mark, entries);
        }
        if (value instanceof List<?> list) {
            return new Sequence(mark, list.stream().map(this::node).toList());
        }
        return new Scalar(mark, type(value), String.valueOf(value), value, false);
    }

    private static Type type(@Nullable Object value) {
        if (value == null) {
            return Type.NULL;
        }
        if (value instanceof Integer || value instanceof Long) {
            return Type.INTEGER;
        }
        if (value instanceof Number) {
            return Type.NUMBER;
        }
        return value instanceof Boolean ? Type.BOOLEAN : Type.TEXT;
    }
}
