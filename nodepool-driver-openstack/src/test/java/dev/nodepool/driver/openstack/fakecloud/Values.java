package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON and queries. */
final class Values {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Values() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode list() {
        return MAPPER.createArrayNode();
    }

    static JsonNode read(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All values of each key of a query. */
    static Map<String, List<String>> query(String path) {
        var values = new LinkedHashMap<String, List<String>>();
        var query = URI.create(path).getRawQuery();
        if (query != null) {
            for (var part : query.split("&")) {
                var pair = part.split("=", 2);
                values.computeIfAbsent(pair[0], k -> new ArrayList<>())
                        .add(URLDecoder.decode(pair.length > 1 ? pair[1] : "", StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    /** Items after a marker, and how to go on. */
    record Page(List<? extends JsonNode> items, boolean more) {}

    static Page page(List<? extends JsonNode> all, Map<String, List<String>> query, int size) {
        int from = 0;
        if (query.containsKey("marker")) {
            var marker = query.get("marker").get(0);
            for (int i = 0; i < all.size(); i++) {
                from = all.get(i).path("id").asText().equals(marker) ? i + 1 : from;
            }
        }
        var to = Math.min(all.size(), from + size);
        return new Page(all.subList(from, to), to < all.size());
    }
}
