package dev.nodepool.runner.web;

import java.util.Map;

/**
 * What an endpoint says.
 *
 * @param status HTTP status code
 * @param type media type of the body
 * @param body sent as UTF-8
 * @param headers further headers
 */
public record Answer(int status, String type, String body, Map<String, String> headers) {

    /** Text for people. */
    static final String TEXT = "text/plain; charset=UTF-8";

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** Status 200 with plain text. */
    public static Answer ok(String body) {
        return text(200, body);
    }

    /** Plain text. */
    public static Answer text(int status, String body) {
        return new Answer(status, TEXT, body, Map.of());
    }
}
