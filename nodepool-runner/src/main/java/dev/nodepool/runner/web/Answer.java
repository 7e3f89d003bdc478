package dev.nodepool.runner.web;

/**
 * What an endpoint says.
 *
 * @param status HTTP status code
 * @param body plain text, sent as UTF-8
 */
public record Answer(int status, String body) {

    /** Status 200. */
    public static Answer ok(String body) {
        return new Answer(200, body);
    }
}
