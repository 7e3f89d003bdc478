package dev.nodepool.driver.openstack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.cloud.CloudLabel;
import dev.nodepool.driver.openstack.rest.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openstack4j.api.Builders;
import org.openstack4j.core.transport.ObjectMapperSingleton;
import org.openstack4j.model.compute.BDMDestType;
import org.openstack4j.model.compute.BDMSourceType;
import org.openstack4j.model.compute.ServerCreate;

/**
 * The body of a create call.
 *
 * @param networks ids; empty to leave the choice to Nova
 * @param auto whether Nova wants to be told in so many words that the choice is its own
 */
record ServerBody(
        String name,
        CloudLabel label,
        String flavor,
        String image,
        Optional<String> zone,
        boolean configDrive,
        List<String> securityGroups,
        List<String> networks,
        boolean auto,
        Map<String, String> metadata) {

    String json() {
        var server = Builders.server().name(name).flavor(flavor).addMetadata(metadata);
        zone.ifPresent(server::availabilityZone);
        label.keyName().ifPresent(server::keypairName);
        label.userdata()
                .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .ifPresent(server::userData);
        securityGroups.forEach(server::addSecurityGroup);
        if (configDrive) {
            server.configDrive(true);
        }
        if (!networks.isEmpty()) {
            server.networks(networks);
        }
        if (label.bootFromVolume()) {
            server.blockDevice(Builders.blockDeviceMapping()
                    .uuid(image)
                    .sourceType(BDMSourceType.IMAGE)
                    .destinationType(BDMDestType.VOLUME)
                    .bootIndex(0)
                    .volumeSize(label.volumeSize())
                    .deleteOnTermination(true)
                    .build());
        } else {
            server.image(image);
        }
        return finished(server.build());
    }

    /** Adds what openstack4j has no words for. */
    private String finished(ServerCreate server) {
        var body = tree(server);
        var inner = (ObjectNode) body.path("server");
        inner.put("min_count", 1);
        inner.put("max_count", 1);
        if (networks.isEmpty() && auto) {
            inner.put("networks", "auto");
        }
        return Json.write(body);
    }

    private static JsonNode tree(ServerCreate server) {
        try {
            return Json.read(ObjectMapperSingleton.getContext(server.getClass()).writeValueAsBytes(server));
        } catch (JsonProcessingException | DriverException e) {
            throw new IllegalStateException("a server without values that JSON has no form for", e);
        }
    }
}
