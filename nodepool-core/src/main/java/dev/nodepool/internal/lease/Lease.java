package dev.nodepool.internal.lease;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import dev.nodepool.view.LeasedNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes locked by this process, until they are given back, held for somebody to look at, or lost. The records are touched on
 * the loop only; may be called on any thread.
 */
public final class Lease {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final Stores stores;
    private final String requestId;
    private final String requestor;
    private final Consumer<Lease> over;
    private final List<LeasedNode> nodes;
    private final Map<String, Held<Node>> held = new HashMap<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private boolean ended;

    /** @param over told on the loop when nothing is to be looked after any more */
    Lease(Stores stores, NodeRequest request, List<Held<Node>> locked, Consumer<Lease> over) {
        this.stores = stores;
        this.requestId = request.id();
        this.requestor = String.valueOf(request.requestor());
        this.over = over;
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

    /** Completes on the loop, with the reason, when the lease is lost. */
    public CompletableFuture<String> lost() {
        return lost;
    }

    /** Says that work has begun; said again it changes nothing. */
    public CompletableFuture<Void> inUse() {
        return inOrder(() -> {
            if (ended) {
                return isOver();
            }
            return each(node -> node.record().state() == NodeState.IN_USE
                    ? CompletableFuture.completedFuture(null)
                    : stores.nodes().apply(node, NodeEvent.USE, Map.of()).thenAccept(now -> held.put(now.id(), now)));
        });
    }

    /** Keeps the nodes for people to look at and ends the lease. */
    public CompletableFuture<Void> hold(String reason, Duration howLong) {
        var changes = Map.of("comment", reason, "hold_expiration", howLong.toSeconds(), "hold_job", requestor);
        return end(
                node -> node.record().state() == NodeState.HOLD
                        ? stores.nodes().release(node)
                        : stores.nodes().applyAndRelease(node, NodeEvent.HOLD, changes),
                Lease::isOver);
    }

    private static CompletableFuture<Void> isOver() {
        return CompletableFuture.failedFuture(new IllegalStateException("the lease is over"));
    }

    /** Gives the nodes back as used; may be done any number of times. */
    public CompletableFuture<Void> giveBack() {
        return end(
                node -> stores.nodes()
                        .applyAndRelease(node, NodeEvent.RETURN, Map.of())
                        .exceptionally(failure -> {
                            // The work was done while they were ours; what becomes of them now is for their launcher to
                            // see to.
                            LOG.warn("Node {} goes back with the session: {}", node.id(), String.valueOf(failure));
                            return null;
                        }),
                () -> CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> end(
            Function<Held<Node>, CompletableFuture<Void>> step, Supplier<CompletableFuture<Void>> again) {
        return inOrder(() -> {
            if (ended) {
                return again.get();
            }
            ended = true;
            over.accept(this);
            return each(step);
        });
    }

    /** Whether one of the nodes is this. Lives on the loop. */
    boolean has(String node) {
        return held.containsKey(node);
    }

    /** Why the lease is not held any more as far as the live copy can tell; to be asked when that is whole. */
    Optional<String> doubt() {
        return sessionGone()
                .or(() -> held.keySet().stream()
                        .flatMap(id -> nodeGone(id).stream())
                        .findFirst());
    }

    private Optional<String> sessionGone() {
        return held.values().stream()
                .filter(node -> !node.lock().valid(stores.tree().session()))
                .map(node -> "the ZooKeeper session is over, and with it the lock of node " + node.id())
                .findFirst();
    }

    private Optional<String> nodeGone(String id) {
        if (!stores.nodes().cache().mayExist(id)) {
            return Optional.of("the record of node " + id + " was removed");
        }
        return stores.nodes().cache().locked(id)
                ? Optional.empty()
                : Optional.of("the lock of node " + id + " was removed");
    }

    /** Its owner is told; what may still be locked is unlocked once the session can be used. Lives on the loop. */
    void lose(String why) {
        if (!lost.complete(why)) {
            return;
        }
        LOG.warn("The lease of request {} is lost: {}", requestId, why);
        if (!ended) {
            ended = true;
            over.accept(this);
            each(node -> stores.nodes().release(node)).exceptionally(failure -> {
                LOG.debug("The nodes of request {} go with the session", requestId, failure);
                return null;
            });
        }
    }

    private CompletableFuture<Void> each(Function<Held<Node>, CompletableFuture<Void>> step) {
        return CompletableFuture.allOf(
                List.copyOf(held.values()).stream().map(step).toArray(CompletableFuture[]::new));
    }

    /** One step after the other, on the loop. What fails because a lock is gone means that all is lost. */
    private CompletableFuture<Void> inOrder(Supplier<CompletableFuture<Void>> step) {
        var done = new CompletableFuture<Void>();
        stores.loop().execute(() -> {
            last = last.handle((x, failure) -> null).thenComposeAsync(x -> lostOr(step), stores.loop());
            last.whenComplete((x, failure) -> settle(done, failure));
        });
        return done;
    }

    private CompletableFuture<Void> lostOr(Supplier<CompletableFuture<Void>> step) {
        if (!ended) {
            sessionGone().ifPresent(this::lose);
        }
        return lost.isDone() ? CompletableFuture.failedFuture(new LostLease(lost.join())) : step.get();
    }

    private void settle(CompletableFuture<Void> done, @Nullable Throwable failure) {
        if (failure == null) {
            done.complete(null);
        } else if (failure instanceof CompletionException && failure.getCause() != null) {
            settle(done, failure.getCause());
        } else if (isLoss(failure)) {
            lose(String.valueOf(failure.getMessage()));
            done.completeExceptionally(new LostLease(lost.join()));
        } else {
            done.completeExceptionally(failure);
        }
    }

    /** Whether a write failed because what it was about is not ours any more. */
    private static boolean isLoss(Throwable failure) {
        if (failure instanceof TreeException tree) {
            return switch (tree.code()) {
                case SESSION_EXPIRED, CLOSED, NO_NODE -> true;
                default -> false;
            };
        }
        return failure instanceof Refused;
    }
}
