package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Servers, flavors, zones, limits. Its state is guarded by itself. */
public final class FakeNova implements FakeOpenStack.FakeService {

    /** A server with what is to happen to it. */
    public static final class FakeServer {
        public final ObjectNode json;
        private final long upAt;
        private long goneAt = Long.MAX_VALUE;
        private final @Nullable String dooms;

        private FakeServer(ObjectNode json, long upAt, @Nullable String dooms) {
            this.json = json;
            this.upAt = upAt;
            this.dooms = dooms;
        }

        public String id() {
            return json.path("id").asText();
        }

        public String name() {
            return json.path("name").asText();
        }

        public Map<String, String> metadata() {
            var metadata = new LinkedHashMap<String, String>();
            json.path("metadata")
                    .properties()
                    .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            return metadata;
        }
    }

    public volatile Duration boot = Duration.ZERO;
    public volatile Duration deletion = Duration.ZERO;
    /** Fault text with which the next servers end in ERROR, null for none. */
    public volatile @Nullable String doom;
    /** Whether servers that are gone stay in the list as DELETED. */
    public volatile boolean showsDeleted;
    /** Whether servers come up without addresses. */
    public volatile boolean addressless;
    /** Whether a deletion fails: the server ends in ERROR with this text. */
    public volatile @Nullable String undeletable;

    public volatile boolean old;
    public volatile int pageSize = 1000;
    public volatile List<String> zones = List.of("az1", "az2");
    public final Map<String, Long> limits =
            new LinkedHashMap<>(Map.of("maxTotalInstances", 20L, "maxTotalCores", 100L, "maxTotalRAMSize", 1_000_000L));
    public final Map<String, long[]> flavors = new LinkedHashMap<>();
    public String console = "booted\n";

    @Nullable FakeCinder cinder;

    private final InstantSource clock;
    private final FakeNeutron neutron;
    private final String url;
    private final Map<String, FakeServer> servers = new LinkedHashMap<>();

    FakeNova(InstantSource clock, FakeNeutron neutron, String url) {
        this.clock = clock;
        this.neutron = neutron;
        this.url = url;
        flavors.put("tiny", new long[] {1, 512});
        flavors.put("small", new long[] {2, 4096});
        flavors.put("medium", new long[] {4, 8192});
        flavors.put("big", new long[] {4, 8192});
    }

    public synchronized List<FakeServer> servers() {
        step();
        return servers.values().stream().filter(s -> s.goneAt > clock.millis()).toList();
    }

    /** A server that somebody else made. */
    public synchronized FakeServer foreign(String flavor, Map<String, String> metadata) {
        var body =
                Values.object().put("name", "foreign").put("flavorRef", flavor).put("imageRef", "x");
        var tags = body.putObject("metadata");
        metadata.forEach(tags::put);
        return make(body);
    }

    @Override
    public synchronized Reply answer(Seen call) {
        step();
        if (old && call.headers().containsKey("openstack-api-version")) {
            return Reply.error(406, "Version 2.47 is not supported by the API. Minimum is 2.1 and maximum is 2.1.");
        }
        var path = call.path().replaceFirst("\\?.*", "");
        var parts = path.substring(1).split("/");
        return switch (parts[0]) {
            case "servers" -> servers(call, parts);
            case "flavors" -> list("flavors", flavorList(), call);
            case "limits" -> limits();
            case "os-availability-zone" -> zones();
            default -> Reply.error(404, "not found");
        };
    }

    private Reply servers(Seen call, String[] parts) {
        if (call.method().equals("POST") && parts.length == 1) {
            return create(Values.read(call.body()).path("server"));
        }
        if (parts.length == 2 && parts[1].equals("detail")) {
            return list("servers", servers.values().stream().map(s -> s.json).toList(), call);
        }
        var server = servers.get(parts[1]);
        if (server == null || server.goneAt <= clock.millis()) {
            return Reply.error(404, "Instance " + parts[1] + " could not be found.");
        }
        if (call.method().equals("DELETE")) {
            delete(server);
            return Reply.empty(204);
        }
        if (parts.length == 3 && parts[2].equals("action")) {
            return Reply.json(200, Values.object().put("output", console));
        }
        return Reply.json(200, Values.object().set("server", server.json));
    }

    private void delete(FakeServer server) {
        if (undeletable != null) {
            server.json.put("status", "ERROR");
            server.json.putNull("OS-EXT-STS:task_state");
            server.json.putObject("fault").put("message", undeletable).put("code", 500);
            return;
        }
        server.json.put("OS-EXT-STS:task_state", "deleting");
        server.goneAt = clock.millis() + deletion.toMillis();
        step();
    }

    private Reply create(JsonNode body) {
        var flavor = flavors.get(body.path("flavorRef").asText().replaceFirst("^id-", ""));
        if (flavor == null) {
            return Reply.error(400, "Flavor " + body.path("flavorRef").asText() + " could not be found.");
        }
        var zone = body.path("availability_zone").asText("");
        if (!zone.isEmpty() && !zones.contains(zone)) {
            return Reply.error(400, "The requested availability zone is not available");
        }
        var room = limits.getOrDefault("maxTotalInstances", -1L);
        if (room >= 0 && servers().size() >= room) {
            return Reply.error(
                    403, "Quota exceeded for instances: Requested 1, but already used " + room + " of " + room);
        }
        var server = make(body);
        var answer = Values.object();
        answer.putObject("server").put("id", server.id()).put("adminPass", "x");
        return Reply.json(202, answer);
    }

    private FakeServer make(JsonNode body) {
        var id = UUID.randomUUID().toString();
        var flavorName = body.path("flavorRef").asText().replaceFirst("^id-", "");
        var size = flavors.getOrDefault(flavorName, new long[] {1, 1});
        var json = Values.object().put("id", id).put("name", body.path("name").asText());
        json.put("status", "BUILD").put("OS-EXT-STS:task_state", "spawning");
        json.set("metadata", body.path("metadata").isMissingNode() ? Values.object() : body.path("metadata"));
        json.putObject("addresses");
        json.put("OS-EXT-AZ:availability_zone", body.path("availability_zone").asText("az1"));
        json.put("hostId", "host-of-" + id.substring(0, 8));
        json.set("body", body);
        var flavor = json.putObject("flavor");
        if (old) {
            flavor.put("id", "id-" + flavorName);
        } else {
            flavor.put("original_name", flavorName)
                    .put("vcpus", size[0])
                    .put("ram", size[1])
                    .put("disk", 1);
        }
        var volumes = json.putArray("os-extended-volumes:volumes_attached");
        if (body.has("block_device_mapping_v2") && cinder != null) {
            volumes.addObject()
                    .put(
                            "id",
                            cinder.bootVolume(
                                    id, body.path("block_device_mapping_v2").path(0)));
        }
        var server = new FakeServer(json, clock.millis() + boot.toMillis(), doom);
        servers.put(id, server);
        step();
        return server;
    }

    /** What became due since anybody looked. */
    private void step() {
        var now = clock.millis();
        for (var server : new ArrayList<>(servers.values())) {
            if (server.goneAt <= now) {
                neutron.serverGone(server.id());
                if (cinder != null) {
                    cinder.serverGone(server.id());
                }
                if (showsDeleted) {
                    server.json.put("status", "DELETED");
                } else {
                    servers.remove(server.id());
                }
            } else if (server.json.path("status").asText().equals("BUILD") && server.upAt <= now) {
                up(server);
            }
            if (!server.json.path("addresses").isEmpty()) {
                neutron.showFloating(server.id(), (ObjectNode) server.json.path("addresses"));
            }
        }
    }

    private void up(FakeServer server) {
        server.json.putNull("OS-EXT-STS:task_state");
        if (server.dooms != null) {
            server.json.put("status", "ERROR");
            server.json.putObject("fault").put("message", server.dooms).put("code", 500);
            return;
        }
        server.json.put("status", "ACTIVE");
        if (!addressless) {
            neutron.serverUp(
                    server.id(), server.json.path("body").path("networks"), (ObjectNode) server.json.path("addresses"));
        }
    }

    private List<ObjectNode> flavorList() {
        return flavors.entrySet().stream()
                .map(e -> Values.object()
                        .put("id", "id-" + e.getKey())
                        .put("name", e.getKey())
                        .put("vcpus", e.getValue()[0])
                        .put("ram", e.getValue()[1]))
                .toList();
    }

    private Reply list(String field, List<ObjectNode> all, Seen call) {
        var page = Values.page(all, Values.query(call.path()), pageSize);
        var body = Values.object();
        var items = body.putArray(field);
        page.items().forEach(items::add);
        if (page.more()) {
            var marker = page.items().get(page.items().size() - 1).path("id").asText();
            body.putArray(field + "_links")
                    .addObject()
                    .put("rel", "next")
                    .put("href", url + "/" + field + "/detail?marker=" + marker);
        }
        return Reply.json(200, body);
    }

    private Reply limits() {
        var body = Values.object();
        var absolute = body.putObject("limits").putObject("absolute");
        limits.forEach(absolute::put);
        return Reply.json(200, body);
    }

    private Reply zones() {
        var body = Values.object();
        var list = body.putArray("availabilityZoneInfo");
        zones.forEach(zone ->
                list.addObject().put("zoneName", zone).putObject("zoneState").put("available", true));
        list.addObject().put("zoneName", "closed").putObject("zoneState").put("available", false);
        return Reply.json(200, body);
    }
}
