package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.openstack.rest.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A port as Neutron lists it.
 *
 * @param device the server it belongs to, empty when it belongs to none
 * @param ipv4 its first IPv4 address
 * @param created when it was made, as far as Neutron tells
 */
record Port(
        String id,
        String network,
        String status,
        Optional<String> device,
        String owner,
        String mac,
        Optional<String> ipv4,
        Optional<Instant> created) {

    static Port of(JsonNode json) {
        var ipv4 = Optional.<String>empty();
        for (var fixed : json.path("fixed_ips")) {
            var ip = fixed.path("ip_address").asText();
            ipv4 = ipv4.isEmpty() && ip.contains(".") ? Optional.of(ip) : ipv4;
        }
        return new Port(
                Json.text(json, "id").orElse(""),
                Json.text(json, "network_id").orElse(""),
                Json.text(json, "status").orElse(""),
                Json.text(json, "device_id"),
                Json.text(json, "device_owner").orElse(""),
                Json.text(json, "mac_address").orElse(""),
                ipv4,
                Json.text(json, "created_at").flatMap(Port::time));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException odd) {
            return Optional.empty();
        }
    }

    /** Whether it is one that Nova makes for servers. */
    boolean ofCompute() {
        return owner.isEmpty() || owner.startsWith("compute:");
    }
}
