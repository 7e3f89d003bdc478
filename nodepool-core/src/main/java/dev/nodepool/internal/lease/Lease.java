package dev.nodepool.internal.lease;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.LeasedNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes locked by this process. The records are touched on the loop only; may be called on any thread. */
public final class Lease {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final Stores stores;
    private final String requestId;
    private final List<LeasedNode> nodes;
    private final Map<String, Held<Node>> held = new HashMap<>();
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private boolean returned;

    Lease(Stores stores, NodeRequest request, List<Held<Node>> locked) {
        this.stores = stores;
        this.requestId = request.id();
        this.nodes = locked.stream().map(Lease::leased).toList();
        locked.forEach(node -> held.put(node.id(), node));
    }

    private static LeasedNode leased(Held<Node> locked) {
        var node = locked.record();
        return new LeasedNode(
                node.id(),
                node.label(),
                String.valueOf(node.provider()),
                node.address(),
                node.port(),
                node.username(),
                node.hostKeys());
    }

    public String requestId() {
        return requestId;
    }

    public List<LeasedNode> nodes() {
        return nodes;
    }

    /** Says that work has begun. */
    public CompletableFuture<Void> inUse() {
        return inOrder(() -> each(node ->
                stores.nodes().apply(node, NodeEvent.USE, Map.of()).thenAccept(now -> held.put(now.id(), now))));
    }

    /** Gives the nodes back as used; may be done any number of times. */
    public CompletableFuture<Void> giveBack() {
        return inOrder(() -> {
            if (returned) {
                return CompletableFuture.completedFuture(null);
            }
            returned = true;
            return each(node -> stores.nodes()
                    .applyAndRelease(node, NodeEvent.RETURN, Map.of())
                    .exceptionally(failure -> {
                        if (!Refused.is(failure)) {
                            LOG.warn("Node {} goes back with the session: {}", node.id(), String.valueOf(failure));
                        }
                        return null;
                    }));
        });
    }

    private CompletableFuture<Void> each(Function<Held<Node>, CompletableFuture<Void>> step) {
        return CompletableFuture.allOf(
                List.copyOf(held.values()).stream().map(step).toArray(CompletableFuture[]::new));
    }

    /** One step after the other, on the loop. */
    private CompletableFuture<Void> inOrder(Supplier<CompletableFuture<Void>> step) {
        var done = new CompletableFuture<Void>();
        stores.loop().execute(() -> {
            last = last.handle((x, failure) -> null).thenCompose(x -> step.get());
            last.whenComplete((x, failure) -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        });
        return done;
    }
}
