package dev.nodepool.driver.openstack.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads and writes JSON as services have it; what is absent or of an odd type reads as absent. */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** @throws DriverException when it is no JSON: something between us and the service has answered */
    public static JsonNode read(byte[] body) throws DriverException {
        try {
            var tree = MAPPER.readTree(body);
            return tree == null ? MAPPER.missingNode() : tree;
        } catch (IOException e) {
            throw new DriverException(Fault.UNAVAILABLE, "the answer is not JSON: " + shortened(e), null, e);
        }
    }

    private static String shortened(IOException e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : String.valueOf(e.getMessage());
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Any value that Jackson knows how to write, as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static String write(JsonNode tree) {
        return tree.toString();
    }

    /** A text or number; empty when absent, null or empty. */
    public static Optional<String> text(JsonNode node, String field) {
        var value = node.path(field);
        return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    public static Optional<Long> number(JsonNode node, String field) {
        var value = node.path(field);
        return value.isNumber() || value.isTextual() && value.asText().matches("-?[0-9]{1,18}")
                ? Optional.of(value.asLong())
                : Optional.empty();
    }

    /** The single values of an object as texts. */
    public static Map<String, String> texts(JsonNode object) {
        var texts = new LinkedHashMap<String, String>();
        object.properties().forEach(property -> {
            if (property.getValue().isValueNode() && !property.getValue().isNull()) {
                texts.put(property.getKey(), property.getValue().asText());
            }
        });
        return texts;
    }
}
