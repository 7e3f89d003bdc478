package dev.nodepool.internal.store;

import dev.nodepool.internal.lifecycle.Lifecycle;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.lifecycle.TransitionTable;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.RecordState;
import dev.nodepool.model.RequestState;
import dev.nodepool.model.StoredRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the store has to know about a kind of record.
 *
 * @param name for people
 * @param root where the records are
 * @param lockDir the lock of a record
 * @param idPattern what the name of a record looks like
 * @param textLists fields that must be arrays of text when present
 * @param of makes a record of its id and document
 * @param state reads its state
 * @param table its transitions
 */
public record RecordKind<T extends StoredRecord, S extends RecordState, E extends Enum<E>>(
        String name,
        String root,
        Function<String, String> lockDir,
        Pattern idPattern,
        List<String> textLists,
        BiFunction<String, Document, T> of,
        Function<T, S> state,
        TransitionTable<S, E> table) {

    public static final RecordKind<Node, NodeState, NodeEvent> NODE = new RecordKind<>(
            "node",
            Layout.NODES,
            Layout::nodeLock,
            Pattern.compile("-?\\d{10,}"),
            List.of("host_keys"),
            Node::new,
            Node::state,
            Lifecycle.NODE);

    public static final RecordKind<NodeRequest, RequestState, RequestEvent> REQUEST = new RecordKind<>(
            "request",
            Layout.REQUESTS,
            Layout::requestLock,
            Pattern.compile("[^-]+-[^-]+"),
            List.of(NodeRequest.LABELS, NodeRequest.NODES, NodeRequest.DECLINED_BY),
            NodeRequest::new,
            NodeRequest::state,
            Lifecycle.REQUEST);

    public String path(String id) {
        return root + "/" + id;
    }

    /** Whether the lock directories are below the records themselves. */
    boolean locksInside() {
        return lockDir.apply("x").equals(path("x") + "/lock");
    }

    /** Parent of all lock directories, where they are apart from the records. */
    String lockRoot() {
        return Paths.parent(lockDir.apply("x"));
    }

    /** The record whose lock directory a path is. */
    Optional<String> lockOwner(String path) {
        var id = Paths.name(locksInside() ? Paths.parent(path) : path);
        return path.equals(lockDir.apply(id)) ? Optional.of(id) : Optional.empty();
    }

    /** @throws Json.Unreadable when name or content are not what the protocol says */
    T decode(String id, byte[] data) throws Json.Unreadable {
        if (!idPattern.matcher(id).matches()) {
            throw new Json.Unreadable("its name is not that of a " + name);
        }
        var document = Json.read(data);
        if (document.text("state").isEmpty()) {
            throw new Json.Unreadable("it has no state");
        }
        for (var field : textLists) {
            var value = document.get(field);
            if (value != null
                    && !(value instanceof List<?> list && list.stream().allMatch(String.class::isInstance))) {
                throw new Json.Unreadable(field + " is no list of texts");
            }
        }
        return of.apply(id, document);
    }

    /** The record after an event and other changes; the time of the state changes only with the state. */
    T after(
            @Nullable T before,
            String id,
            Document base,
            E event,
            Map<String, ? extends @Nullable Object> changes,
            double now) {
        var from = before == null ? null : state.apply(before);
        var to = table.next(from, event);
        var fields = new LinkedHashMap<String, @Nullable Object>(changes);
        if (to != from) {
            fields.put("state", to.text());
            fields.put("state_time", now);
        }
        return of.apply(id, base.with(fields));
    }
}
