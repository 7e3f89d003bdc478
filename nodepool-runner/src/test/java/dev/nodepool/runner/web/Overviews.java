package dev.nodepool.runner.web;

import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** States of an installation to show. */
public final class Overviews {

    public static final Instant NOW = Instant.parse("2026-11-22T12:11:34.500Z");
    public static final Overview EMPTY =
            new Overview(true, List.of(), List.of(), Map.of(), List.of(), List.of(), List.of());
    public static final String LAUNCHER = "h-PoolWorker.north-main-0123";

    private Overviews() {}

    /** One of everything. */
    public static Overview some() {
        return new Overview(
                true,
                List.of(node("0000000001", "ready"), node("0000000002", "building")),
                List.of(request("100-0000000003", "pending"), request("200-0000000004", "requested")),
                Map.of(
                        "200-0000000004",
                        Map.of(
                                LAUNCHER,
                                new Reason(
                                        Reason.Code.AT_POOL_LIMIT,
                                        "the pool has 0 of 5 instances free, the request needs 2"))),
                List.of("centos-7", "debian-12"),
                List.of(image()),
                List.of(provider(null)));
    }

    public static ProviderView provider(@Nullable String trouble) {
        return new ProviderView(
                "north",
                trouble,
                Map.of("instances", 5L, "cores", 20L),
                Map.of("instances", 10L, "cores", 40L, "ram", 9_223_372L),
                List.of(new PoolView(
                        "main",
                        LAUNCHER,
                        List.of("centos-7", "debian-12"),
                        Map.of("instances", 5L),
                        Map.of("instances", 5L))));
    }

    public static NodeView node(String id, String state) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("state", state);
        fields.put("state_time", NOW.getEpochSecond() - 93_784.0);
        fields.put("provider", "north");
        fields.put("pool", "main");
        fields.put("type", List.of("centos-7"));
        fields.put("public_ipv6", "2001:db8::1");
        fields.put("connection_port", 22);
        return new NodeView(new Node(id, new Document(fields)), state.equals("building"));
    }

    public static NodeRequest request(String id, String state) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("state", state);
        fields.put("state_time", NOW.getEpochSecond() - 61.0);
        fields.put("requestor", "zuul.example.org");
        fields.put("node_types", List.of("centos-7", "centos-7"));
        fields.put("nodes", state.equals("pending") ? List.of("0000000002") : List.of());
        fields.put("declined_by", List.of());
        fields.put("relative_priority", 0);
        return new NodeRequest(id, new Document(fields));
    }

    private static ImageView image() {
        Instant since = Instant.ofEpochSecond(1_576_922_815);
        return new ImageView(
                "centos-7",
                false,
                Optional.empty(),
                false,
                List.of(new ImageView.Build(
                        "0000000001",
                        "ready",
                        since,
                        "nb01",
                        "0a1b",
                        List.of("qcow2", "raw"),
                        List.of(new ImageView.Upload(
                                "cloud-a",
                                "0000000001",
                                "ready",
                                Instant.ofEpochSecond(1_576_922_999),
                                "centos-7-1576922900",
                                "9b1c")))));
    }
}
