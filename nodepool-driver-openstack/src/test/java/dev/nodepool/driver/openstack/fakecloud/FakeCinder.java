package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Volumes and their limits. Its state is guarded by itself. */
public final class FakeCinder implements FakeOpenStack.FakeService {

    public final Map<String, Long> limits =
            new LinkedHashMap<>(Map.of("maxTotalVolumes", 10L, "maxTotalVolumeGigabytes", 1000L));
    private final Map<String, ObjectNode> volumes = new LinkedHashMap<>();

    public synchronized List<ObjectNode> volumes() {
        return List.copyOf(volumes.values());
    }

    /** A volume of its own. */
    public synchronized String volume(long size, String status, Map<String, String> metadata) {
        var id = "vol-" + UUID.randomUUID();
        var volume = Values.object().put("id", id).put("size", size).put("status", status);
        var tags = volume.putObject("metadata");
        metadata.forEach(tags::put);
        volume.putArray("attachments");
        volumes.put(id, volume);
        return id;
    }

    synchronized String bootVolume(String server, JsonNode mapping) {
        var id = volume(mapping.path("volume_size").asLong(), "in-use", Map.of());
        volumes.get(id).withArray("attachments").addObject().put("server_id", server);
        return id;
    }

    synchronized void serverGone(String server) {
        volumes.values()
                .removeIf(v ->
                        v.path("attachments").path(0).path("server_id").asText().equals(server));
    }

    @Override
    public synchronized Reply answer(Seen call) {
        var path = call.path().replaceFirst("\\?.*", "");
        // The address of Cinder names the project.
        var parts = path.replaceFirst("^/p1", "").substring(1).split("/");
        if (parts[0].equals("limits")) {
            var body = Values.object();
            var absolute = body.putObject("limits").putObject("absolute");
            limits.forEach(absolute::put);
            return Reply.json(200, body);
        }
        if (parts[0].equals("volumes") && call.method().equals("DELETE")) {
            return volumes.remove(parts[1]) == null ? Reply.error(404, "gone") : Reply.empty(202);
        }
        if (parts[0].equals("volumes")) {
            var body = Values.object();
            var items = body.putArray("volumes");
            volumes.values().forEach(items::add);
            return Reply.json(200, body);
        }
        return Reply.error(404, "not found");
    }
}
