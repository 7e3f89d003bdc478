package dev.nodepool.driver.config;

import dev.nodepool.driver.config.ConfigNode.Entry;
import dev.nodepool.driver.config.ConfigNode.Mapping;
import dev.nodepool.driver.config.ConfigNode.Scalar;
import dev.nodepool.driver.config.ConfigNode.Sequence;
import dev.nodepool.driver.config.ConfigNode.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes nodes out of Java values; every value gets a line of its own. */
final class JavaValues {

    private final String file;
    private int line;

    JavaValues(String file) {
        this.file = file;
    }

    ConfigNode node(@Nullable Object value) {
        var mark = new Mark(file, ++line, 1);
        if (value instanceof Map<?, ?> map) {
            var entries = new LinkedHashMap<String, Entry>();
            map.forEach((key, item) -> entries.put(text(key), new Entry(mark, node(item))));
            return new Mapping(mark, entries);
        }
        if (value instanceof List<?> list) {
            return new Sequence(mark, list.stream().map(this::node).toList());
        }
        return new Scalar(mark, type(value), String.valueOf(value), value, false);
    }

    private static String text(@Nullable Object key) {
        if (key instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a key is a text, not " + key);
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
        if (value instanceof Boolean) {
            return Type.BOOLEAN;
        }
        if (value instanceof String) {
            return Type.TEXT;
        }
        throw new IllegalArgumentException("not a value of a configuration: " + value.getClass());
    }
}
