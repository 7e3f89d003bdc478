package dev.nodepool.internal.launch;

import dev.nodepool.internal.launch.RequestFlow.End;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.Reason;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The ways in which a pool lets go of a request it has claimed, together with the nodes it has for it. Afterwards it
 * holds nothing of either; what could not be written is left to the cleaner.
 *
 * <p>Lives on the loop.
 */
final class RequestEnding {

    private static final Logger LOG = LoggerFactory.getLogger(RequestEnding.class);

    private final Stores stores;
    private final PoolSeat seat;
    private final NodeRequest request;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private boolean unexplained;
    private @Nullable Reason reason;

    RequestEnding(Stores stores, PoolSeat seat, NodeRequest request) {
        this.stores = stores;
        this.seat = seat;
        this.request = request;
    }

    /** Completes on the loop; never fails. */
    CompletableFuture<End> end() {
        return end;
    }

    /** Why it was not fulfilled, when it ended so. */
    Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** Whether nothing but time tells when it is worth trying again. */
    boolean unexplained() {
        return unexplained;
    }

    void notTaken(Throwable failure) {
        if (!Refused.is(failure)) {
            line(Level.WARN).log("Request {} could not be claimed: {}", request.id(), String.valueOf(failure));
        }
        reason = new Reason(Reason.Code.GIVEN_BACK, "it could not be taken: " + failure.getMessage());
        lost();
    }

    /** All in one step: the nodes are unlocked, the request is fulfilled, the request is unlocked. */
    void fulfil(Held<NodeRequest> held, List<Held<Node>> nodes) {
        var transaction = stores.requests().transaction();
        nodes.forEach(node -> transaction.release(node.lock()));
        stores.requests().change(transaction, held, RequestEvent.FULFIL, ids(nodes));
        transaction.release(held.lock());
        stores.requests().commit(transaction).whenComplete((x, failure) -> {
            if (failure == null) {
                line(Level.INFO)
                        .log(
                                "Request {} is fulfilled by {}",
                                request.id(),
                                ids(nodes).get(NodeRequest.NODES));
                end.complete(End.FULFILLED);
            } else {
                fulfilStepwise(held, nodes, failure);
            }
        });
    }

    private static Map<String, Object> ids(List<Held<Node>> nodes) {
        return Map.of(NodeRequest.NODES, nodes.stream().map(Held::id).toList());
    }

    /** The requestor withdrew or changed the request meanwhile, or a lock is gone: single steps sort that out. */
    private void fulfilStepwise(Held<NodeRequest> held, List<Held<Node>> nodes, Throwable failure) {
        line(Level.DEBUG).log("Request {} is fulfilled step by step", request.id(), failure);
        if (TreeException.codeOf(failure) == TreeException.Code.SESSION_EXPIRED) {
            lost();
            return;
        }
        var unlocked = CompletableFuture.allOf(
                nodes.stream().map(stores.nodes()::release).toArray(CompletableFuture[]::new));
        unlocked.thenCompose(x -> stores.requests().applyAndRelease(held, RequestEvent.FULFIL, ids(nodes)))
                .whenCompleteAsync(
                        (x, again) -> {
                            if (again == null) {
                                end.complete(End.FULFILLED);
                            } else if (Refused.is(again, Refused.Why.GONE)) {
                                // The nodes are still allocated to a request that is gone: the cleaner frees them.
                                releaseRequest(held, End.GONE);
                            } else {
                                line(Level.WARN)
                                        .log(
                                                "Request {} could not be fulfilled: {}",
                                                request.id(),
                                                String.valueOf(again));
                                unexplained = true;
                                releaseRequest(held, End.LOST);
                            }
                        },
                        stores.loop());
    }

    private void lost() {
        unexplained = true;
        end.complete(End.LOST);
    }

    /** Ready nodes become anybody's. */
    private CompletableFuture<Void> free(List<Held<Node>> nodes) {
        return CompletableFuture.allOf(nodes.stream()
                .map(node -> stores.nodes()
                        .applyAndRelease(node, NodeEvent.DEALLOCATE, Collections.singletonMap(Node.ALLOCATED_TO, null))
                        .exceptionally(failure -> {
                            line(Level.WARN)
                                    .log(
                                            "Node {} is freed later, by the cleaner: {}",
                                            node.id(),
                                            String.valueOf(failure));
                            return null;
                        }))
                .toArray(CompletableFuture[]::new));
    }

    private LoggingEventBuilder line(Level level) {
        return LOG.atLevel(level)
                .addKeyValue("request", request.id())
                .addKeyValue("event", request.eventId())
                .addKeyValue("provider", seat.providerName());
    }

    /** This pool can not serve it: another one may, and when none is left, it has failed. */
    void decline(Held<NodeRequest> held, List<Held<Node>> ready, String why) {
        reason = new Reason(Reason.Code.LAUNCH_FAILED, why);
        free(ready).whenComplete((x, failure) -> decline(held, why));
    }

    private void decline(Held<NodeRequest> held, String why) {
        var decline = Decline.of(held.record(), List.of(seat.launcherId()), stores.registry());
        line(Level.INFO)
                .log(
                        "Request {} is {} by {}: {}",
                        request.id(),
                        decline.fails() ? "failed" : "declined",
                        seat.launcherId(),
                        why);
        endWith(stores.requests().applyAndRelease(held, decline.event(), decline.fields()), End.DECLINED);
    }

    /**
     * It waits again.
     *
     * @param pause whether nothing but time tells when it is worth trying again
     */
    void giveBack(Held<NodeRequest> held, List<Held<Node>> ready, String why, boolean pause) {
        line(Level.INFO).log("Request {} is given back: {}", request.id(), why);
        reason = new Reason(Reason.Code.GIVEN_BACK, why);
        unexplained |= pause;
        free(ready).whenComplete((x, failure) -> giveBack(held));
    }

    /** It waits again, for whoever comes next. */
    void giveBack(Held<NodeRequest> held) {
        endWith(
                stores.requests().applyAndRelease(held, RequestEvent.RELEASE, Map.of(NodeRequest.NODES, List.of())),
                End.RELEASED);
    }

    /** Its requestor withdrew it. */
    void gone(Held<NodeRequest> held, List<Held<Node>> ready) {
        free(ready).whenComplete((x, failure) -> releaseRequest(held, End.GONE));
    }

    private void releaseRequest(Held<NodeRequest> held, End how) {
        endWith(stores.requests().release(held), how);
    }

    private void endWith(CompletableFuture<Void> last, End how) {
        last.whenCompleteAsync(
                (x, failure) -> {
                    if (failure == null || Refused.is(failure, Refused.Why.GONE)) {
                        end.complete(failure == null ? how : End.GONE);
                        return;
                    }
                    line(Level.WARN)
                            .log("Request {} is left to the cleaner: {}", request.id(), String.valueOf(failure));
                    lost();
                },
                stores.loop());
    }
}
