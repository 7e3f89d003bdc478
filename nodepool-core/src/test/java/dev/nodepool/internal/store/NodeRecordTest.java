package dev.nodepool.internal.store;

import static dev.nodepool.internal.store.StoreFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import dev.nodepool.testing.Behaviour;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What stands in the record of a node, and that it is found there again. */
class NodeRecordTest {

    private static final Map<String, Object> KNOWN = Map.ofEntries(
            Map.entry("provider", "cloud-north"),
            Map.entry("pool", "main"),
            Map.entry("type", List.of("debian", "debian-large")),
            Map.entry("allocated_to", "100-0000000007"),
            Map.entry("az", "az1"),
            Map.entry("cloud", "north"),
            Map.entry("region", "r1"),
            Map.entry("public_ipv4", "203.0.113.5"),
            Map.entry("private_ipv4", "192.0.2.5"),
            Map.entry("public_ipv6", "2001:db8::5"),
            Map.entry("interface_ip", "203.0.113.5"),
            Map.entry("host_id", "h1"),
            Map.entry("image_id", "i1"),
            Map.entry("launcher", "l1"),
            Map.entry("external_id", "e1"),
            Map.entry("hostname", "np1"),
            Map.entry("comment", "why"),
            Map.entry("hold_job", "job"),
            Map.entry("hold_expiration", 60),
            Map.entry("username", "ci"),
            Map.entry("connection_type", "winrm"),
            Map.entry("connection_port", 5986),
            Map.entry("shell_type", "cmd"),
            Map.entry("python_path", "auto"),
            Map.entry("user_data", "{}"),
            Map.entry("tenant_name", "tenant"),
            Map.entry("requestor", "zuul"),
            Map.entry("attributes", Map.of("rack", "7")),
            Map.entry("driver_data", Map.of("x", 1)),
            Map.entry("host_keys", List.of("ssh-ed25519 AAAA")),
            Map.entry("resources", Map.of("cores", 2, "instances", 1, "ram", 4096)));

    private final StoreFixture fixture = new StoreFixture();

    private Entry<Node> created(Map<String, ?> known) {
        return now(fixture.ours
                .stores
                .nodes()
                .create("", Node.recorded(known), NodeEvent.RECORD, Mode.PERSISTENT_SEQUENTIAL));
    }

    private Document stored(Entry<Node> entry) throws Json.Unreadable {
        return Json.read(now(fixture.other.get(Layout.node(entry.id()))).data());
    }

    @Test
    @Behaviour({"Z68", "Z75"})
    void everyFieldIsStoredUnderItsNameAndTheIdIsNone() throws Exception {
        var stored = stored(created(KNOWN));
        assertThat(stored.fields()).containsAllEntriesOf(KNOWN);
        assertThat(stored.text("state")).contains("init");
        assertThat(stored.get("state_time")).isEqualTo(fixture.threads().now());
        assertThat(stored.fields()).containsKeys("created_time", "ssh_port", "slot");
        assertThat(stored.has("id")).isFalse();
    }

    @Test
    @Behaviour("Z76")
    void fieldsAreReadBack() throws Exception {
        var made = created(KNOWN);
        var node = new Node(made.id(), stored(made));
        assertThat(node).isEqualTo(made.record());
        assertThat(node.id()).isEqualTo("0000000000");
        assertThat(node.state()).isEqualTo(NodeState.INIT);
        assertThat(node.stateTime()).isEqualTo(fixture.threads().now());
        assertThat(node.provider()).isEqualTo("cloud-north");
        assertThat(node.pool()).isEqualTo("main");
        assertThat(node.labels()).containsExactly("debian", "debian-large");
        assertThat(node.label()).isEqualTo("debian");
        assertThat(node.allocatedTo()).contains("100-0000000007");
        assertThat(node.az()).isEqualTo("az1");
        assertThat(node.externalId()).isEqualTo("e1");
        assertThat(node.launcher()).contains("l1");
        assertThat(node.tenant()).isEqualTo("tenant");
        assertThat(node.address()).isEqualTo("203.0.113.5");
        assertThat(node.username()).isEqualTo("ci");
        assertThat(node.hostKeys()).containsExactly("ssh-ed25519 AAAA");
        assertThat(node.resources()).contains(Amounts.compute(1, 2, 4096));
    }

    @Test
    @Behaviour("Z77")
    void connectionPortIs22UnlessAnotherIsKnown() throws Exception {
        var plain = created(Map.of());
        assertThat(stored(plain).get("connection_port")).isEqualTo(22);
        assertThat(plain.record().port()).isEqualTo(22);
        var other = created(KNOWN);
        assertThat(new Node(other.id(), stored(other)).port()).isEqualTo(5986);
        var none = new Node("0000000009", Json.read("{\"state\":\"ready\"}".getBytes(StandardCharsets.UTF_8)));
        assertThat(none.port()).isEqualTo(22);
    }
}
