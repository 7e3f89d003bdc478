package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.openstack.rest.Json;

/**
 * A network as Neutron lists it.
 *
 * @param external whether it leads outside
 */
record Network(String id, String name, boolean external) {

    static Network of(JsonNode json) {
        return new Network(
                Json.text(json, "id").orElse(""),
                Json.text(json, "name").orElse(""),
                json.path("router:external").asBoolean()
                        || Json.text(json, "provider:physical_network").isPresent());
    }
}
