package dev.nodepool.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as it stands in a record: every field is kept, also those nobody here knows, and null is not the same as
 * absent. Immutable.
 *
 * @param fields JSON values by name: text, number, boolean, list, map or null
 */
public record Document(Map<String, @Nullable Object> fields) {

    public static final Document EMPTY = new Document(Map.of());

    public Document {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    public @Nullable Object get(String name) {
        return fields.get(name);
    }

    /** The text of a field; empty when it is absent, null or no text. */
    public Optional<String> text(String name) {
        return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The text of a field or null: the form in which most fields are handed on. */
    public @Nullable String textOrNull(String name) {
        return fields.get(name) instanceof String text ? text : null;
    }

    /** A number of a field, or another value when it is absent or no number. */
    public double number(String name, double otherwise) {
        return fields.get(name) instanceof Number number ? number.doubleValue() : otherwise;
    }

    /** The texts of an array; what is no text in it is left out. */
    public List<String> texts(String name) {
        if (!(fields.get(name) instanceof List<?> list) || list.isEmpty()) {
            return List.of();
        }
        var texts = new ArrayList<String>(list.size());
        for (var value : list) {
            if (value instanceof String text) {
                texts.add(text);
            }
        }
        return Collections.unmodifiableList(texts);
    }

    /** A copy with some fields replaced or added. */
    public Document with(Map<String, ? extends @Nullable Object> changes) {
        var copy = new LinkedHashMap<>(fields);
        copy.putAll(changes);
        return new Document(copy);
    }

    public Document with(String name, @Nullable Object value) {
        return with(Collections.singletonMap(name, value));
    }

    /** A copy in which a field is absent. */
    public Document without(String name) {
        var copy = new LinkedHashMap<>(fields);
        copy.remove(name);
        return new Document(copy);
    }
}
