package dev.nodepool.model;

import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request for nodes.
 *
 * @param id name of its znode, {@code <precedence>-<sequence>}
 * @param doc its record
 */
public record NodeRequest(String id, Document doc) implements StoredRecord {

    /** Requestor of the requests that keep ready nodes in stock. */
    public static final String MIN_READY = "NodePool:min-ready";

    public static final String STATE = "state";
    public static final String STATE_TIME = "state_time";
    public static final String LABELS = "node_types";
    public static final String NODES = "nodes";
    public static final String DECLINED_BY = "declined_by";

    /** What is asked for, by whom. */
    public record Order(
            List<String> labels,
            String requestor,
            boolean reuse,
            @Nullable String provider,
            int relativePriority,
            @Nullable String tenant,
            String eventId) {}

    /** A new record with every field that readers of both eras need; the state is for the store to set. */
    public static Document ordered(Order order, double now) {
        var fields = new HashMap<String, @Nullable Object>();
        fields.put(LABELS, order.labels());
        fields.put(NODES, List.of());
        fields.put(DECLINED_BY, List.of());
        fields.put("reuse", order.reuse());
        fields.put("requestor", order.requestor());
        fields.put("provider", order.provider());
        fields.put("relative_priority", order.relativePriority());
        fields.put("event_id", order.eventId());
        fields.put("created_time", now);
        fields.put("requestor_data", null);
        fields.put("tenant_name", order.tenant());
        return new Document(fields);
    }

    public RequestState state() {
        return RequestState.of(doc.text(STATE).orElse(""));
    }

    public double stateTime() {
        return doc.number(STATE_TIME, 0);
    }

    /** Labels asked for, in order; may repeat. */
    public List<String> labels() {
        return doc.texts(LABELS);
    }

    /** Ids of the nodes, in the order of the labels. */
    public List<String> nodes() {
        return doc.texts(NODES);
    }

    /** Ids of the launchers that can not serve it. */
    public List<String> declinedBy() {
        return doc.texts(DECLINED_BY);
    }

    /** Whether ready nodes may be taken; absent means yes, null means no, as Python reads it. */
    public boolean reuse() {
        return !doc.has("reuse") || Boolean.TRUE.equals(doc.get("reuse"));
    }

    public @Nullable String requestor() {
        return doc.textOrNull("requestor");
    }

    public boolean minReady() {
        return MIN_READY.equals(requestor());
    }

    /** The provider it would like to be served by. */
    public Optional<String> provider() {
        return doc.text("provider");
    }

    public int relativePriority() {
        return (int) doc.number("relative_priority", 0);
    }

    public @Nullable String tenant() {
        return doc.textOrNull("tenant_name");
    }

    public @Nullable String eventId() {
        return doc.textOrNull("event_id");
    }

    /** The part before the dash: lower texts are served first. */
    public String precedence() {
        return id.substring(0, id.indexOf('-'));
    }

    /** The part after the dash: the order of arrival. */
    public String sequence() {
        return id.substring(id.indexOf('-') + 1);
    }
}
