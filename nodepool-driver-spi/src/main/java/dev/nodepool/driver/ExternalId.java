package dev.nodepool.driver;

import java.util.Map;
import java.util.Objects;

/**
 * What a cloud calls a thing: a text, or a JSON object for clouds that need more than one.
 *
 * @param json a {@link String} or a {@link Map} of JSON values
 */
public record ExternalId(Object json) {

    public ExternalId {
        Objects.requireNonNull(json, "json");
        if (json instanceof Map<?, ?> object) {
            json = Map.copyOf(object);
        } else if (!(json instanceof String)) {
            throw new IllegalArgumentException("an external id is a text or an object, not " + json.getClass());
        }
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
