package dev.nodepool.driver.openstack.fakecloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Networks, subnets, ports, floating IPs. Its state is guarded by itself. */
public final class FakeNeutron implements FakeOpenStack.FakeService {

    public final Map<String, ObjectNode> networks = new LinkedHashMap<>();
    public final Map<String, ObjectNode> subnets = new LinkedHashMap<>();
    private final Map<String, ObjectNode> ports = new LinkedHashMap<>();
    private final Map<String, ObjectNode> floating = new LinkedHashMap<>();
    /** From the making of a floating IP until Nova shows it. */
    public volatile Duration shownAfter = Duration.ZERO;

    public volatile boolean floatingStaysDown;
    public volatile int floatingQuota = 50;
    private final InstantSource clock;
    private int addresses = 10;

    FakeNeutron(InstantSource clock) {
        this.clock = clock;
        network("private", false, true);
        network("public", true, false);
    }

    /** A network with one subnet. */
    public synchronized ObjectNode network(String name, boolean external, boolean gateway) {
        var network = Values.object()
                .put("id", "net-" + name)
                .put("name", name)
                .put("router:external", external)
                .put("status", "ACTIVE");
        networks.put("net-" + name, network);
        var subnet = Values.object()
                .put("id", "sub-" + name)
                .put("network_id", "net-" + name)
                .put("ip_version", 4);
        if (gateway) {
            subnet.put("gateway_ip", "10.0.0.1");
        } else {
            subnet.putNull("gateway_ip");
        }
        subnets.put("sub-" + name, subnet);
        return network;
    }

    public synchronized List<ObjectNode> ports() {
        return List.copyOf(ports.values());
    }

    public synchronized List<ObjectNode> floatingIps() {
        return List.copyOf(floating.values());
    }

    /** A port that nobody uses. */
    public synchronized String strayPort(String owner) {
        var id = "port-" + UUID.randomUUID();
        ports.put(
                id,
                Values.object()
                        .put("id", id)
                        .put("status", "DOWN")
                        .put("device_owner", owner)
                        .put("device_id", "")
                        .put("network_id", "net-private")
                        .put("created_at", clock.instant().toString()));
        return id;
    }

    /** A floating IP that leads nowhere. */
    public synchronized String strayFloatingIp(String description) {
        return floatingIp(
                Values.object().put("floating_network_id", "net-public").put("description", description));
    }

    synchronized void serverUp(String server, JsonNode wanted, ObjectNode addresses) {
        var ids = wanted.isArray() ? wanted.findValuesAsText("uuid") : List.of("net-private");
        for (var id : ids) {
            var network = networks.get(id);
            if (network == null) {
                continue;
            }
            var port = "port-" + UUID.randomUUID();
            var mac = "fa:16:" + port.substring(5, 10);
            var shown = addresses.putArray(network.path("name").asText());
            for (var version : network.has("v6") ? List.of(4, 6) : List.of(4)) {
                var ip = address(network, version);
                shown.addObject()
                        .put("addr", ip)
                        .put("version", version)
                        .put("OS-EXT-IPS:type", "fixed")
                        .put("OS-EXT-IPS-MAC:mac_addr", mac);
                var entry = ports.computeIfAbsent(
                        port,
                        p -> Values.object()
                                .put("id", p)
                                .put("status", "ACTIVE")
                                .put("device_owner", "compute:az1")
                                .put("device_id", server)
                                .put("network_id", id)
                                .put("mac_address", mac)
                                .put("created_at", clock.instant().toString()));
                entry.withArray("fixed_ips")
                        .addObject()
                        .put("ip_address", ip)
                        .put("subnet_id", "sub-" + id.substring(4));
            }
        }
    }

    private String address(ObjectNode network, int version) {
        var last = addresses++;
        if (version == 6) {
            return "2001:db8::" + last;
        }
        var prefix = network.path("router:external").asBoolean() ? "203.0.113." : "10.0.0.";
        return prefix + last % 250;
    }

    synchronized void serverGone(String server) {
        var gone = ports.values().stream()
                .filter(p -> p.path("device_id").asText().equals(server))
                .map(p -> p.path("id").asText())
                .toList();
        gone.forEach(ports::remove);
        floating.values().stream()
                .filter(f -> gone.contains(f.path("port_id").asText()))
                .forEach(f -> f.putNull("port_id").put("status", "DOWN"));
    }

    /** Nova learns of floating IPs late. */
    synchronized void showFloating(String server, ObjectNode addresses) {
        for (var ip : floating.values()) {
            var port = ports.get(ip.path("port_id").asText());
            var due = ip.path("made").asLong() + shownAfter.toMillis() <= clock.millis();
            if (port != null && due && port.path("device_id").asText().equals(server)) {
                var address = ip.path("floating_ip_address").asText();
                var list = (ArrayNode) addresses.elements().next();
                if (!list.findValuesAsText("addr").contains(address)) {
                    list.addObject()
                            .put("addr", address)
                            .put("version", 4)
                            .put("OS-EXT-IPS:type", "floating")
                            .put(
                                    "OS-EXT-IPS-MAC:mac_addr",
                                    port.path("mac_address").asText());
                }
            }
        }
    }

    @Override
    public synchronized Reply answer(Seen call) {
        // The path of Neutron's address has no version; that is ours to add, and cut off here.
        var path = call.path().replaceFirst("\\?.*", "");
        var parts = path.substring(1).split("/");
        return switch (parts[0]) {
            case "networks" -> list("networks", networks, call);
            case "subnets" -> list("subnets", subnets, call);
            case "ports" -> call.method().equals("DELETE") ? delete(ports, parts[1]) : list("ports", ports, call);
            case "floatingips" ->
                switch (call.method()) {
                    case "POST" -> createFloating(call);
                    case "DELETE" -> delete(floating, parts[1]);
                    default -> list("floatingips", floating, call);
                };
            default -> Reply.error(404, "not found");
        };
    }

    private Reply createFloating(Seen call) {
        if (floating.size() >= floatingQuota) {
            var body = Values.object();
            body.putObject("NeutronError").put("message", "Quota exceeded for resources: ['floatingip'].");
            return Reply.json(409, body);
        }
        var id = floatingIp((ObjectNode) Values.read(call.body()).path("floatingip"));
        return Reply.json(201, Values.object().set("floatingip", floating.get(id)));
    }

    private String floatingIp(ObjectNode wanted) {
        var id = "fip-" + UUID.randomUUID();
        var entry = wanted.deepCopy()
                .put("id", id)
                .put("floating_ip_address", "198.51.100." + addresses++ % 250)
                .put("made", clock.millis());
        entry.put("status", entry.path("port_id").isTextual() && !floatingStaysDown ? "ACTIVE" : "DOWN");
        if (!entry.has("port_id")) {
            entry.putNull("port_id");
        }
        floating.put(id, entry);
        return id;
    }

    private static Reply delete(Map<String, ObjectNode> from, String id) {
        return from.remove(id) == null ? Reply.error(404, id + " could not be found.") : Reply.empty(204);
    }

    /** All values of a key are alternatives, different keys must all fit. */
    private static Reply list(String field, Map<String, ObjectNode> from, Seen call) {
        var query = Values.query(call.path());
        var body = Values.object();
        var items = body.putArray(field);
        from.values().stream()
                .filter(item -> query.entrySet().stream()
                        .filter(e -> !e.getKey().equals("fields"))
                        .allMatch(
                                e -> e.getValue().contains(item.path(e.getKey()).asText())))
                .forEach(items::add);
        return Reply.json(200, body);
    }
}
