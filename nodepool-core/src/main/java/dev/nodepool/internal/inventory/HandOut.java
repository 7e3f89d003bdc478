package dev.nodepool.internal.inventory;

import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.driver.Inventory.Identity;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last look at a host before a node of it is handed out. */
public final class HandOut {

    private static final Logger LOG = LoggerFactory.getLogger(HandOut.class);

    private HandOut() {}

    /**
     * Completes with the node when its host is reached, or when it belongs to no host. Otherwise the node is given up: it
     * will be entered again once the host is back.
     *
     * @param node held for the request that is to have it
     */
    public static CompletableFuture<Held<Node>> check(Stores stores, ProviderUnit provider, Held<Node> node) {
        var inventory = provider.provider().inventory();
        if (inventory.isEmpty()) {
            return CompletableFuture.completedFuture(node);
        }
        var host = host(inventory.get(), node.record());
        if (host.isEmpty()) {
            return giveUp(stores, node, "its host is no longer configured");
        }
        if (!host.get().checked()) {
            return CompletableFuture.completedFuture(node);
        }
        return HostCheck.reach(stores.threads().timer(), inventory.get(), host.get())
                .handleAsync(
                        (addresses, failure) -> failure == null
                                ? CompletableFuture.completedFuture(node)
                                : giveUp(
                                        stores,
                                        node,
                                        "host " + host.get().identity() + " is not reached: " + HostCheck.why(failure)),
                        stores.loop())
                .thenCompose(x -> x);
    }

    private static Optional<Host> host(Inventory inventory, Node node) {
        if (node.hostname() == null) {
            return Optional.empty();
        }
        var identity = new Identity(node.hostname(), node.username(), node.port());
        return inventory.hosts().stream()
                .filter(host -> host.identity().equals(identity))
                .findFirst();
    }

    private static CompletableFuture<Held<Node>> giveUp(Stores stores, Held<Node> node, String why) {
        LOG.warn("Node {} is not handed out: {}", node.id(), why);
        return stores.nodes()
                .applyAndRelease(node, NodeEvent.DELETE, Collections.singletonMap(Node.ALLOCATED_TO, null))
                .thenCompose(x -> CompletableFuture.failedFuture(new GivenUp(why)));
    }

    /** Whether a failure means that the node was given up, so that it will not be found again. */
    public static boolean gaveUp(Throwable failure) {
        return failure instanceof GivenUp || failure.getCause() instanceof GivenUp;
    }

    private static final class GivenUp extends RuntimeException {

        private static final long serialVersionUID = 1L;

        GivenUp(String why) {
            super(why, null, false, false);
        }
    }
}
