package dev.nodepool.admin;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.recycle.KnownRecords;
import dev.nodepool.internal.recycle.NodeOrders;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.FreshRecords;
import dev.nodepool.internal.store.RecordKind;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Node;
import dev.nodepool.view.NodeView;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes, seen and steered through ZooKeeper. An order about a node fails when somebody else has it locked for longer than
 * a few seconds: a node in use is locked by its user. Thread-safe.
 */
public final class Nodes {

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    /** Longer than what a driver is given to delete a machine. */
    private static final Duration DELETE_TIME = Duration.ofMinutes(11);

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

    /**
     * Deletes a node and its machine from this process, without a launcher. When the cloud does not do it that is told in the
     * log, and the node is left as one that its launcher is to delete.
     *
     * @param provider the node's own
     * @param drivers among them the provider's
     * @return whether there is such a node
     */
    public boolean deleteNow(String id, ProviderConfig provider, Collection<? extends ProviderDriver> drivers) {
        var stores = connection.stores();
        var opened = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return ProviderUnit.open(
                                provider,
                                Drivers.of(drivers).get(provider.driver()),
                                connection.threads(),
                                stores.loop(),
                                (endpoint, limit) -> new CompletableFuture<>(),
                                "",
                                new KnownRecords(stores),
                                Stats.NONE,
                                () -> {});
                    } catch (DriverException e) {
                        throw new CompletionException(e);
                    }
                },
                stores.loop());
        var unit = connection.await(opened);
        try {
            return connection.await(
                    orders.deleteHere(id, unit).exceptionallyCompose(failure -> failedInTheCloud(id, failure)),
                    DELETE_TIME);
        } finally {
            stores.loop().execute(unit::close);
        }
    }

    private static CompletableFuture<Boolean> failedInTheCloud(String id, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof DriverException)) {
            return CompletableFuture.failedFuture(failure);
        }
        LOG.warn("The machine of node {} could not be deleted: {}", id, cause.getMessage());
        return CompletableFuture.completedFuture(true);
    }

    /**
     * Removes what ZooKeeper knows of a provider's nodes, without looking at locks; in the cloud nothing changes.
     *
     * @return how many there were
     */
    public int erase(String provider) {
        return connection.await(orders.erase(provider));
    }
}
