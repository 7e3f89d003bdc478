package dev.nodepool.admin;

import dev.nodepool.internal.recycle.NodeOrders;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.FreshRecords;
import dev.nodepool.internal.store.RecordKind;
import dev.nodepool.model.Node;
import dev.nodepool.view.NodeView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Nodes, seen and steered through ZooKeeper. An order about a node fails when somebody else has it locked for longer than
 * a few seconds: a node in use is locked by its user. Thread-safe.
 */
public final class Nodes {

    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private final Connection connection;
    private final FreshRecords<Node> records;
    private final NodeOrders orders;

    Nodes(Connection connection) {
        this.connection = connection;
        records = new FreshRecords<>(connection.tree(), RecordKind.NODE);
        orders = new NodeOrders(connection.stores(), LOCK_WAIT);
    }

    /** All nodes, by id. Those that can not be read are left out, with a warning in the log. */
    public List<NodeView> all() {
        return connection.await(records.all().thenCompose(entries -> {
            var views = entries.stream().map(this::view).toList();
            return CompletableFuture.allOf(views.toArray(CompletableFuture[]::new))
                    .thenApply(x -> views.stream().map(CompletableFuture::join).toList());
        }));
    }

    /** One node, empty when there is none that can be read. */
    public Optional<NodeView> get(String id) {
        return connection.await(records.one(id)
                .thenCompose(entry -> entry.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : view(entry.get()).thenApply(Optional::of)));
    }

    private CompletableFuture<NodeView> view(Entry<Node> entry) {
        var node = entry.readable().orElseThrow();
        return records.locked(entry).thenApply(locked -> new NodeView(node, locked));
    }

    /**
     * Lets the launcher of a node delete it.
     *
     * @return whether there is such a node
     */
    public boolean delete(String id) {
        return connection.await(orders.delete(id), LOCK_WAIT);
    }

    /**
     * Keeps a node from being used or deleted, until it is deleted by order or was held for longer than the configuration
     * allows.
     *
     * @return whether there is such a node
     */
    public boolean hold(String id) {
        return connection.await(orders.hold(id), LOCK_WAIT);
    }
}
