package dev.nodepool.driver.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a configuration file with its place. Immutable; what an anchor shares in the file is one object here too.
 */
public sealed interface ConfigNode {

    /**
     * The same as if it had been read from a file, each value on a line of its own: for tests of drivers, and for
     * configurations that are made in code.
     *
     * @param file name to be shown in problems
     * @param values maps with text keys, to be met in their order, with lists, texts, numbers, booleans and nulls
     * @throws IllegalArgumentException when there is anything else in it
     */
    static Mapping of(String file, Map<String, ?> values) {
        return (Mapping) new JavaValues(file).node(values);
    }

    /** Where the value begins. */
    Mark mark();

    /** What it is, for messages: {@code a list}. */
    String kind();

    /** The value as JSON has it: {@link Map}, {@link List}, text, number, boolean or null. */
    @Nullable Object json();

    /** Whether there is no value: {@code key:} with nothing behind it, or {@code null}. */
    default boolean isNull() {
        return false;
    }

    /** A mapping in the order of the file. */
    record Mapping(Mark mark, Map<String, Entry> entries) implements ConfigNode {

        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** The value of a key, null when it is absent or has no value. */
        public @Nullable ConfigNode get(String key) {
            var entry = entries.get(key);
            return entry == null || entry.value().isNull() ? null : entry.value();
        }

        @Override
        public String kind() {
            return "a mapping";
        }

        @Override
        public Object json() {
            var json = new LinkedHashMap<String, @Nullable Object>();
            entries.forEach((key, entry) -> json.put(key, entry.value().json()));
            return Collections.unmodifiableMap(json);
        }

        /** Without values, which may be secret. */
        @Override
        public String toString() {
            return "mapping at " + mark;
        }
    }

    /**
     * A key with its value.
     *
     * @param keyMark where the key stands
     */
    record Entry(Mark keyMark, ConfigNode value) {}

    /** A list. */
    record Sequence(Mark mark, List<ConfigNode> items) implements ConfigNode {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public Object json() {
            var json = new ArrayList<@Nullable Object>();
            items.forEach(item -> json.add(item.json()));
            return Collections.unmodifiableList(json);
        }

        /** Without values, which may be secret. */
        @Override
        public String toString() {
            return "list at " + mark;
        }
    }

    /**
     * A single value.
     *
     * @param type what the file's dialect takes it for
     * @param text as written, without quotes
     * @param json the value: text, number, boolean or null; a date is its text
     * @param secret true when messages must not show it
     */
    record Scalar(
            Mark mark, Type type, String text, @Nullable Object json, boolean secret) implements ConfigNode {

        @Override
        public boolean isNull() {
            return type == Type.NULL;
        }

        @Override
        public String kind() {
            return type.kind;
        }

        /** Without the value, which may be secret. */
        @Override
        public String toString() {
            return type.kind + " at " + mark;
        }
    }

    /** What a single value is. */
    enum Type {
        TEXT("a string"),
        INTEGER("an integer"),
        NUMBER("a number"),
        BOOLEAN("a boolean"),
        DATE("a date"),
        NULL("nothing");

        private final String kind;

        Type(String kind) {
            this.kind = kind;
        }
    }
}
