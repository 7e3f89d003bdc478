package dev.nodepool.model;

import dev.nodepool.driver.Amounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A machine's record.
 *
 * @param id name of its znode
 * @param doc its record
 */
public record Node(String id, Document doc) implements StoredRecord {

    public static final String STATE = "state";
    public static final String STATE_TIME = "state_time";
    public static final String PROVIDER = "provider";
    public static final String POOL = "pool";
    public static final String LABELS = "type";
    public static final String ALLOCATED_TO = "allocated_to";
    public static final String AZ = "az";
    public static final String EXTERNAL_ID = "external_id";
    public static final String LAUNCHER = "launcher";
    public static final String RESOURCES = "resources";
    public static final String TENANT = "tenant_name";
    public static final String REQUESTOR = "requestor";
    public static final String CONNECTION_PORT = "connection_port";

    public static final String HOSTNAME = "hostname";
    public static final String SLOT = "slot";

    /** What stands as the launcher of nodes that are slots of a host. */
    public static final String STATIC_LAUNCHER = "static driver";

    /** Our own field: the mark of the launch attempt that the machine carries in the cloud too. */
    public static final String LAUNCH_TOKEN = "nodepool_launch";

    /** Fields of a new record in the order in which they are written; null until somebody knows better. */
    private static final List<String> NEW_FIELDS = List.of(
            STATE,
            STATE_TIME,
            "created_time",
            "cloud",
            PROVIDER,
            POOL,
            LABELS,
            ALLOCATED_TO,
            AZ,
            "region",
            "public_ipv4",
            "private_ipv4",
            "public_ipv6",
            "host_id",
            "interface_ip",
            CONNECTION_PORT,
            "ssh_port",
            "connection_type",
            "shell_type",
            "image_id",
            LAUNCHER,
            EXTERNAL_ID,
            HOSTNAME,
            "comment",
            "user_data",
            "hold_job",
            "hold_expiration",
            "host_keys",
            "username",
            RESOURCES,
            SLOT,
            "attributes",
            "python_path",
            TENANT,
            "driver_data",
            REQUESTOR);

    /** A new record: the fields given, null for the others; the state is for the store to set. */
    public static Document recorded(Map<String, ? extends @Nullable Object> known) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        NEW_FIELDS.forEach(name -> fields.put(name, null));
        fields.put(CONNECTION_PORT, 22);
        fields.put("ssh_port", 22);
        fields.put("host_keys", List.of());
        fields.put("username", "zuul");
        fields.putAll(known);
        return new Document(fields);
    }

    public NodeState state() {
        return NodeState.of(doc.text(STATE).orElse(""));
    }

    /** When the state was set, seconds since the epoch. */
    public double stateTime() {
        return doc.number(STATE_TIME, 0);
    }

    public @Nullable String provider() {
        return doc.textOrNull(PROVIDER);
    }

    public @Nullable String pool() {
        return doc.textOrNull(POOL);
    }

    /** Its labels, the one it was launched for first; old records hold a single text. */
    public List<String> labels() {
        return doc.text(LABELS).map(List::of).orElseGet(() -> doc.texts(LABELS));
    }

    /** The label it was launched for, an empty text when the record names none. */
    public String label() {
        var labels = labels();
        return labels.isEmpty() ? "" : labels.get(0);
    }

    /** The request it belongs to. */
    public Optional<String> allocatedTo() {
        return doc.text(ALLOCATED_TO);
    }

    public @Nullable String az() {
        return doc.textOrNull(AZ);
    }

    /** What the cloud calls it: a text, a JSON object, or null. */
    public @Nullable Object externalId() {
        return doc.get(EXTERNAL_ID);
    }

    public Optional<String> launcher() {
        return doc.text(LAUNCHER);
    }

    /** Whether it is a slot of a host that exists already, so that it takes nothing from any limit. */
    public boolean ofInventory() {
        return launcher().filter(STATIC_LAUNCHER::equals).isPresent();
    }

    /** The name of its host, null when the record has none. */
    public @Nullable String hostname() {
        return doc.textOrNull(HOSTNAME);
    }

    public Optional<String> launchToken() {
        return doc.text(LAUNCH_TOKEN);
    }

    public @Nullable String tenant() {
        return doc.textOrNull(TENANT);
    }

    public @Nullable String publicIpv4() {
        return doc.textOrNull("public_ipv4");
    }

    public @Nullable String publicIpv6() {
        return doc.textOrNull("public_ipv6");
    }

    public @Nullable String privateIpv4() {
        return doc.textOrNull("private_ipv4");
    }

    /** The address to connect to. */
    public @Nullable String address() {
        return doc.textOrNull("interface_ip");
    }

    public @Nullable String username() {
        return doc.has("username") ? doc.textOrNull("username") : "zuul";
    }

    /** The TCP port to connect to; 22 when the record holds none or an object. */
    public int port() {
        var field = doc.has(CONNECTION_PORT) ? CONNECTION_PORT : "ssh_port";
        return (int) doc.number(field, 22);
    }

    /**
     * What stands for the port: a number, a JSON object of some drivers, or null; old records have another field, and 22
     * counts where there is neither.
     */
    public @Nullable Object connectionPort() {
        if (doc.has(CONNECTION_PORT)) {
            return doc.get(CONNECTION_PORT);
        }
        return doc.has("ssh_port") ? doc.get("ssh_port") : (Object) 22;
    }

    /** The job that it is held for. */
    public @Nullable String holdJob() {
        return doc.textOrNull("hold_job");
    }

    public @Nullable String comment() {
        return doc.textOrNull("comment");
    }

    /** What its user left in the record: any JSON value. */
    public @Nullable Object userData() {
        return doc.get("user_data");
    }

    /** What its driver left in the record: any JSON value. */
    public @Nullable Object driverData() {
        return doc.get("driver_data");
    }

    public List<String> hostKeys() {
        return doc.texts("host_keys");
    }

    /** What it takes from the limits; empty when the record does not tell. */
    public Optional<Amounts> resources() {
        if (!(doc.get(RESOURCES) instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        var amounts = new TreeMap<String, Long>();
        map.forEach((name, amount) -> {
            if (name instanceof String text && amount instanceof Number number) {
                amounts.put(text, whole(number));
            }
        });
        return Optional.of(new Amounts(amounts));
    }

    /** The largest there is stands for what is larger; longValue would keep its last bits. */
    private static long whole(Number number) {
        return number instanceof Integer || number instanceof Long ? number.longValue() : (long) number.doubleValue();
    }
}
