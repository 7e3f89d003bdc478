package dev.nodepool.runner.web;

import java.util.Map;
import java.util.Optional;

/**
 * What is asked of an endpoint.
 *
 * @param path as written, without the query
 * @param parameters of the query, decoded; the first value of each
 * @param headers by lower-case name; the values of several of one name are joined by commas
 */
public record Query(String path, Map<String, String> parameters, Map<String, String> headers) {

    public Query {
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
    }

    /** Without parameters and headers. */
    public static Query of(String path) {
        return new Query(path, Map.of(), Map.of());
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }
}
