package dev.nodepool.internal.inventory;

import dev.nodepool.config.PoolConfig;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.internal.store.Json;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the record of a host's slot says, as Python writes it. */
final class HostRecord {

    private HostRecord() {}

    /** The fields that come from the host; the slot itself is not among them. As they look when read back. */
    static Map<String, @Nullable Object> fields(Host host, PoolConfig pool, Standing.Up up) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put(Node.POOL, pool.name());
        fields.put(Node.LABELS, host.labels());
        fields.put(Node.LAUNCHER, Node.STATIC_LAUNCHER);
        fields.put(Node.EXTERNAL_ID, host.name());
        fields.put(Node.HOSTNAME, host.name());
        fields.put("interface_ip", up.addresses().preferred());
        fields.put("public_ipv4", up.addresses().publicIpv4());
        fields.put("public_ipv6", up.addresses().publicIpv6());
        fields.put(Node.CONNECTION_PORT, host.access().port());
        fields.put("ssh_port", host.access().port());
        fields.put("connection_type", host.access().connectionType());
        fields.put("username", host.access().username());
        fields.put("python_path", host.access().pythonPath());
        fields.put("shell_type", host.access().shellType());
        fields.put("host_keys", up.hostKeys());
        fields.put("attributes", pool.nodeAttributes());
        try {
            // A number of the configuration may be of another class than the same number of a record.
            return Json.read(Json.write(new Document(fields))).fields();
        } catch (Json.Unreadable e) {
            throw new IllegalStateException("a record that can not be read back", e);
        }
    }

    /** A whole new record. */
    static Document of(String provider, Map<String, ? extends @Nullable Object> fields, int slot, double now) {
        var known = new LinkedHashMap<String, @Nullable Object>(fields);
        known.put(Node.PROVIDER, provider);
        known.put(Node.SLOT, slot);
        known.put("created_time", now);
        return Node.recorded(known);
    }
}
