package dev.nodepool.driver.openstack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * A token as Keystone gave it.
 *
 * @param id what calls carry; secret
 * @param given when it was given
 * @param renewAt from when on a new one is wanted
 * @param project id of the project, empty when it is for none
 * @param body what Keystone said of it
 */
record Token(String id, Instant given, Instant renewAt, String project, List<Endpoint> catalog, JsonNode body) {

    private static final Duration MARGIN = Duration.ofSeconds(120);

    /** Where the catalog has a service. */
    record Endpoint(String type, String visibility, String region, String url) {}

    /** @throws DriverException when Keystone's answer has no token */
    static Token of(Answer answer, Instant now) throws DriverException {
        var body = answer.json().path("token");
        var id = answer.header("X-Subject-Token").orElseThrow(() -> odd("no X-Subject-Token"));
        var expires = Json.text(body, "expires_at").orElseThrow(() -> odd("no expires_at"));
        try {
            return new Token(
                    id,
                    now,
                    renewAt(now, OffsetDateTime.parse(expires).toInstant()),
                    Json.text(body.path("project"), "id").orElse(""),
                    catalog(body.path("catalog")),
                    body);
        } catch (DateTimeParseException e) {
            throw odd("expires_at \"" + expires + "\"");
        }
    }

    /** A token that is so short-lived that the usual margin would leave nothing of it is used for half its life. */
    private static Instant renewAt(Instant now, Instant expires) {
        var half = Duration.between(now, expires).dividedBy(2);
        return expires.minus(half.compareTo(MARGIN) < 0 ? half : MARGIN);
    }

    private static List<Endpoint> catalog(JsonNode services) {
        var endpoints = new ArrayList<Endpoint>();
        for (var service : services) {
            for (var endpoint : service.path("endpoints")) {
                endpoints.add(new Endpoint(
                        Json.text(service, "type").orElse(""),
                        Json.text(endpoint, "interface").orElse(""),
                        Json.text(endpoint, "region_id")
                                .or(() -> Json.text(endpoint, "region"))
                                .orElse(""),
                        Json.text(endpoint, "url").orElse("")));
            }
        }
        return List.copyOf(endpoints);
    }

    private static DriverException odd(String what) {
        return new DriverException(Fault.UNAVAILABLE, "Keystone's answer to the login has " + what);
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "Token[renewed at " + renewAt + "]";
    }
}
