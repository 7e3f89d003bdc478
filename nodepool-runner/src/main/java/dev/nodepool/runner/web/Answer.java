package dev.nodepool.runner.web;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an endpoint says. Immutable.
 *
 * @param status HTTP status code
 * @param type media type of the body
 * @param body sent as UTF-8
 * @param headers further headers
 */
public record Answer(int status, String type, Body body, Map<String, String> headers) {

    /** Text for people. */
    public static final String TEXT = "text/plain; charset=UTF-8";

    static final String JSON = "application/json";
    static final String HTML = "text/html; charset=UTF-8";

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** Without further headers. */
    public static Answer of(int status, String type, String body) {
        return new Answer(status, type, new Body(body), Map.of());
    }

    /** Without further headers. */
    static Answer of(int status, String type, byte[] utf8) {
        return new Answer(status, type, new Body(utf8), Map.of());
    }

    /** Plain text. */
    public static Answer text(int status, String body) {
        return of(status, TEXT, body);
    }

    /** Status 200 with plain text. */
    public static Answer ok(String body) {
        return text(200, body);
    }

    /** The same with one more header. */
    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, type, body, more);
    }

    /** The same, not to be kept by anybody in between: it may be wrong the next moment. */
    public Answer unkept() {
        return with("Cache-Control", "no-store");
    }
}
