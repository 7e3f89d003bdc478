package dev.nodepool.runner.web;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is asked of an endpoint.
 *
 * @param path as written, without the query
 * @param parameters of the query, decoded; the first value of each
 * @param headers by lower-case name; the values of several of one name are joined by commas
 */
public record Query(String path, Map<String, String> parameters, Map<String, String> headers) {

    private static final Pattern GZIP = Pattern.compile(
            "(?:^|,)\\s*(?:gzip|\\*)\\s*(?:;\\s*q=(?:1(?:\\.0*)?|0?\\.\\d*[1-9]\\d*)\\s*)?(?:,|$)",
            Pattern.CASE_INSENSITIVE);

    public Query {
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
    }

    /** Without parameters and headers. */
    public static Query of(String path) {
        return new Query(path, Map.of(), Map.of());
    }

    /** Whether the answer may be packed. */
    boolean acceptsGzip() {
        return header("accept-encoding").filter(GZIP.asPredicate()).isPresent();
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }
}
