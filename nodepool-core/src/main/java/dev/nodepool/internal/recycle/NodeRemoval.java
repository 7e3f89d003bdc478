package dev.nodepool.internal.recycle;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.provider.Deadline;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One node goes away: its record says so first, then the machine is deleted, then the record. Every step may be done
 * again by anybody who finds the node unlocked.
 */
final class NodeRemoval {

    private static final Duration DELETE_LIMIT = Duration.ofSeconds(600);

    /** A machine whose create call was never answered may show up this long after the node was given up. */
    private static final Duration LATE_MACHINE = Duration.ofSeconds(5);

    private final Stores stores;
    private final ProviderUnit provider;

    NodeRemoval(Stores stores, ProviderUnit provider) {
        this.stores = stores;
        this.provider = provider;
    }

    /** Completes on the loop when record and machine are gone; fails when that is to be tried again later. */
    CompletableFuture<Void> remove(Entry<Node> entry) {
        var before = entry.readable().orElseThrow();
        return stores.nodes().claim(entry, NodeEvent.DELETE, Map.of()).thenCompose(held -> remove(held, before));
    }

    /**
     * The same for a node that is held and whose record says already that it goes away.
     *
     * @param before its record before it said so
     */
    CompletableFuture<Void> remove(Held<Node> held, Node before) {
        return deleteMachine(before)
                .handleAsync(
                        (x, failure) ->
                                failure == null ? stores.nodes().remove(held, NodeEvent.GONE) : release(held, failure),
                        stores.loop())
                .thenCompose(x -> x);
    }

    private CompletableFuture<Void> release(Held<Node> held, Throwable failure) {
        return stores.nodes().release(held).thenCompose(x -> CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Void> deleteMachine(Node node) {
        if (provider.provider().inventory().isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        var id = node.externalId();
        if (id != null) {
            return delete(new ExternalId(id));
        }
        // Before it is building, nobody has asked the cloud for anything.
        if (node.state() == NodeState.INIT || node.launchToken().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return deleteByToken(node, node.launchToken().get());
    }

    private CompletableFuture<Void> deleteByToken(Node node, String token) {
        return provider.list().thenCompose(listing -> {
            var machine = listing.items().stream()
                    .filter(i -> token.equals(i.metadata().get(LaunchSpec.LAUNCH)))
                    .findFirst();
            if (machine.isPresent()) {
                return delete(machine.get().id());
            }
            // A time that is still to come is one by a clock that was wrong, which says nothing.
            var givenUpBefore = node.state() == NodeState.DELETING
                    && Math.abs(stores.threads().now() - node.stateTime()) > LATE_MACHINE.toSeconds();
            return listing.complete() && givenUpBefore
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new CompletionException(new DriverException(
                            Fault.UNCLEAR, "whether node " + node.id() + " has a machine is not known yet")));
        });
    }

    private CompletableFuture<Void> delete(ExternalId id) {
        return Deadline.call(
                        stores.threads().timer(),
                        DELETE_LIMIT,
                        "deleting machine " + id,
                        () -> provider.provider().delete(id))
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }
}
