package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.openstack.rest.Json;

/**
 * A network as Neutron lists it.
 *
 * @param external whether it leads outside
 * @param router whether it does so by a router, so that it can have floating IPs
 */
record Network(String id, String name, boolean external, boolean router) {

    static Network of(JsonNode json) {
        var router = json.path("router:external").asBoolean();
        return new Network(
                Json.text(json, "id").orElse(""),
                Json.text(json, "name").orElse(""),
                router || Json.text(json, "provider:physical_network").isPresent(),
                router);
    }

    boolean is(String nameOrId) {
        return name.equals(nameOrId) || id.equals(nameOrId);
    }
}
