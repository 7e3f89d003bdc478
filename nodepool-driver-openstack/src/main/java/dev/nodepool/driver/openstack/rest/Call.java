package dev.nodepool.driver.openstack.rest;

import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call of a service. Immutable.
 *
 * @param operation what metrics call it: parts joined with dots, no ids
 * @param path below the service's address, begins with a slash; may have a query
 * @param body can be asked for again when the call has to be sent again
 * @param deadline longest time from sending to the whole answer
 * @param tolerated a status from 400 on that the caller deals with, 0 for none
 */
public record Call(
        Service service,
        Method method,
        String operation,
        String path,
        Map<String, String> headers,
        BodyPublisher body,
        Duration deadline,
        int tolerated) {

    /** Longest time of an ordinary call. */
    public static final Duration DEADLINE = Duration.ofSeconds(60);

    /** How a call is sent. */
    public enum Method {
        GET,
        HEAD,
        POST,
        PUT,
        PATCH,
        DELETE;

        /**
         * Whether doing it twice is the same as doing it once. Not of a PUT: those are the bytes of an image, and a
         * service that got some of them refuses to be sent them again.
         */
        boolean idempotent() {
            return this == GET || this == HEAD || this == DELETE;
        }
    }

    public Call {
        headers = Map.copyOf(headers);
    }

    public static Call get(Service service, String operation, String path) {
        return plain(service, Method.GET, operation, path);
    }

    public static Call delete(Service service, String operation, String path) {
        return plain(service, Method.DELETE, operation, path);
    }

    /**
     * A call with a body.
     *
     * @param json the body
     */
    public static Call post(Service service, String operation, String path, String json) {
        return plain(service, Method.POST, operation, path).withBody("application/json", BodyPublishers.ofString(json));
    }

    public static Call plain(Service service, Method method, String operation, String path) {
        return new Call(service, method, operation, path, Map.of(), BodyPublishers.noBody(), DEADLINE, 0);
    }

    public Call withBody(String type, BodyPublisher newBody) {
        return new Call(service, method, operation, path, headers, newBody, deadline, tolerated)
                .with("Content-Type", type);
    }

    public Call with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Call(service, method, operation, path, more, body, deadline, tolerated);
    }

    public Call within(Duration newDeadline) {
        return new Call(service, method, operation, path, headers, body, newDeadline, tolerated);
    }

    public Call at(String newPath) {
        return new Call(service, method, operation, newPath, headers, body, deadline, tolerated);
    }

    public Call tolerating(int status) {
        return new Call(service, method, operation, path, headers, body, deadline, status);
    }

    /** A name or id as a part of a path or query. */
    public static String quoted(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** How messages call it. */
    @Override
    public String toString() {
        return method + " " + service.key() + " " + operation;
    }
}
