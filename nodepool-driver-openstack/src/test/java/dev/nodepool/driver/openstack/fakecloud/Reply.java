package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a service of the fake cloud answers. */
public record Reply(int status, Map<String, String> headers, byte[] body) {

    private static final byte[] NOTHING = {};

    public static Reply json(int status, JsonNode body) {
        return new Reply(
                status,
                Map.of("Content-Type", "application/json"),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }

    public static Reply empty(int status) {
        return new Reply(status, Map.of(), NOTHING);
    }

    /** An error as Nova words it. */
    public static Reply error(int status, String message) {
        var body = Values.object();
        body.putObject("fault").put("code", status).put("message", message);
        return json(status, body);
    }

    public Reply with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body);
    }
}
