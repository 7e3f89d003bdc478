package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.openstack.rest.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server as Nova lists it.
 *
 * @param task what Nova does with it now, empty for nothing or when it does not tell
 * @param flavor its size or only the id of that, as Nova tells it
 * @param volumes how many volumes are attached
 * @param fault what Nova says went wrong, empty when nothing did
 */
record Server(
        String id,
        String name,
        String status,
        Optional<String> task,
        Map<String, String> metadata,
        List<Address> addresses,
        Optional<String> accessIpv4,
        Optional<String> accessIpv6,
        Optional<String> zone,
        Optional<String> hostId,
        JsonNode flavor,
        int volumes,
        String fault) {

    /**
     * An address of a server.
     *
     * @param network name of the network
     * @param mac of the port
     */
    record Address(String network, String ip, boolean v6, boolean floating, String mac) {}

    static Server of(JsonNode json) {
        var fault = json.path("fault");
        return new Server(
                Json.text(json, "id").orElse(""),
                Json.text(json, "name").orElse(""),
                Json.text(json, "status").orElse("UNKNOWN"),
                Json.text(json, "OS-EXT-STS:task_state"),
                Json.texts(json.path("metadata")),
                addresses(json.path("addresses")),
                Json.text(json, "accessIPv4"),
                Json.text(json, "accessIPv6"),
                Json.text(json, "OS-EXT-AZ:availability_zone"),
                Json.text(json, "hostId"),
                json.path("flavor"),
                json.path("os-extended-volumes:volumes_attached").size(),
                Json.text(fault, "message").orElse(""));
    }

    private static List<Address> addresses(JsonNode networks) {
        var found = new ArrayList<Address>();
        networks.properties()
                .forEach(network -> network.getValue()
                        .forEach(address -> found.add(new Address(
                                network.getKey(),
                                address.path("addr").asText(),
                                address.path("version").asInt() == 6,
                                address.path("OS-EXT-IPS:type").asText().equals("floating"),
                                address.path("OS-EXT-IPS-MAC:mac_addr").asText()))));
        return List.copyOf(found);
    }

    boolean active() {
        return status.equals("ACTIVE");
    }

    boolean broken() {
        return status.equals("ERROR");
    }

    /** Some clouds list what is gone for a while. */
    boolean gone() {
        return status.equals("DELETED") || status.equals("SOFT_DELETED");
    }
}
