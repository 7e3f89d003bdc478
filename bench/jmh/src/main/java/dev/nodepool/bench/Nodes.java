package dev.nodepool.bench;

import dev.nodepool.model.Document;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Node records of the size and shape that a launcher writes. */
final class Nodes {

    static final int PROVIDERS = 4;
    static final int LABELS = 20;

    private Nodes() {}

    static Document node(int i, boolean ready) {
        var fields = new HashMap<String, @Nullable Object>();
        fields.put("state", ready ? "ready" : "in-use");
        fields.put("state_time", 1_700_000_000.25 + i);
        fields.put("created_time", 1_700_000_000.125);
        fields.put("provider", "p" + i % PROVIDERS);
        fields.put("pool", "main");
        fields.put("type", List.of("label" + i % LABELS));
        fields.put("resources", Map.of("cores", 4, "instances", 1, "ram", 8192));
        fields.put("allocated_to", ready ? null : "200-" + i);
        fields.put("launcher", "bench-main-0123456789abcdef0123456789abcdef");
        fields.put("external_id", "2f9f0a34-0d1c-4c3e-8d9e-5a3f0c5a%04d".formatted(i % 10_000));
        fields.put("hostname", "np%010d".formatted(i));
        fields.put("interface_ip", "192.0.2.1");
        fields.put("public_ipv4", "192.0.2.1");
        fields.put("private_ipv4", "192.0.2.1");
        fields.put("public_ipv6", null);
        fields.put(
                "host_keys",
                List.of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample01"));
        fields.put("username", "zuul");
        fields.put("connection_type", "ssh");
        fields.put("connection_port", 22);
        fields.put("attributes", Map.of("rack", "r1"));
        fields.put("comment", null);
        return new Document(fields);
    }
}
