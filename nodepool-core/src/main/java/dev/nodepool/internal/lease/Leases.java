package dev.nodepool.internal.lease;

import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RequestState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for nodes on behalf of this process. A request lives as long as the session; one that is lost with it before it
 * was answered is asked again under the same future. Lives on the loop.
 */
public final class Leases implements RecordCache.Listener<NodeRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final Stores stores;
    private final String requestor;
    private final NodeLocks locks;
    private final Map<String, Wish> open = new HashMap<>();
    private final Set<Wish> unsent = new HashSet<>();
    private final Set<Lease> held = new HashSet<>();
    private Runnable patience = () -> {};
    private boolean closed;

    /** @param requestor names this process in its requests */
    public Leases(Stores stores, String requestor) {
        this.stores = stores;
        this.requestor = requestor;
        this.locks = new NodeLocks(stores);
    }

    /** To be called once, on the loop. */
    public void start() {
        stores.requests().cache().listen(this);
        stores.nodes().cache().listen(new Nodes());
        stores.onCaughtUp(this::caughtUp);
        stores.onLost(this::doubtAll);
        stores.tree().onSession(session -> stores.loop().execute(() -> sessionChanged(session)));
    }

    /** May be called on any thread. */
    public CompletableFuture<Lease> request(List<String> labels) {
        return request(LeaseOrder.of(labels));
    }

    /** May be called on any thread. */
    public CompletableFuture<Lease> request(LeaseOrder order) {
        var by = order.requestor();
        var wish = new Wish(order, by == null ? requestor : by, new CompletableFuture<>());
        var cancel = stores.threads()
                .timer()
                .after(
                        order.deadline(),
                        () -> wish.answer()
                                .completeExceptionally(new TimeoutException("no nodes for " + order.labels()
                                        + " within " + order.deadline().toSeconds() + " s")));
        stores.loop().execute(() -> submit(wish));
        wish.answer()
                .whenCompleteAsync(
                        (lease, failure) -> {
                            cancel.run();
                            withdraw(wish);
                        },
                        stores.loop());
        return wish.answer();
    }

    /** Gives up all that is waited for, and takes nothing more; leases stay. To be called on the loop. */
    public void stopAsking() {
        closed = true;
        var waiting = new HashSet<>(open.values());
        waiting.addAll(unsent);
        waiting.forEach(wish -> wish.answer().completeExceptionally(closedMeanwhile()));
    }

    /** Leases that are still held are lost. To be called on the loop, before the tree is closed. */
    public void close() {
        stopAsking();
        patience.run();
        List.copyOf(held).forEach(lease -> lease.lose("the pool is closed"));
    }

    private static IllegalStateException closedMeanwhile() {
        return new IllegalStateException("the pool is closed");
    }

    /**
     * A server ends a session after this time without a sign of life, and others may lock its nodes then; we are told only
     * when we are connected again.
     */
    private void sessionChanged(Session session) {
        patience.run();
        patience = () -> {};
        if (session.state() == Session.State.SUSPENDED && !closed) {
            patience = stores.threads()
                    .timerOn(stores.loop())
                    .after(
                            stores.tree().sessionTimeout(),
                            () -> List.copyOf(held)
                                    .forEach(lease ->
                                            lease.lose("ZooKeeper does not answer for longer than a session lives")));
        }
    }

    private void doubtAll() {
        List.copyOf(held).forEach(this::doubt);
    }

    private void doubt(Lease lease) {
        lease.doubt().ifPresent(lease::lose);
    }

    private void submit(Wish wish) {
        if (wish.answer().isDone()) {
            return;
        }
        if (closed) {
            wish.answer().completeExceptionally(closedMeanwhile());
            return;
        }
        if (!stores.caughtUp()) {
            unsent.add(wish);
            return;
        }
        stores.requests()
                .create(
                        wish.prefix(),
                        NodeRequest.ordered(
                                wish.request(stores.threads().plainId()),
                                stores.threads().now()),
                        RequestEvent.SUBMIT,
                        Tree.Mode.EPHEMERAL_SEQUENTIAL)
                .whenComplete((entry, failure) -> {
                    if (failure == null) {
                        opened(entry.id(), wish);
                    } else if (TreeException.codeOf(failure).unclear()) {
                        // Should it have been made after all, it is gone with the session that did not answer.
                        unsent.add(wish);
                    } else {
                        wish.answer().completeExceptionally(failure);
                    }
                });
    }

    private void opened(String id, Wish wish) {
        if (wish.answer().isDone()) {
            delete(id);
        } else {
            open.put(id, wish);
            look(id);
        }
    }

    private void caughtUp() {
        var again = List.copyOf(unsent);
        unsent.clear();
        again.forEach(this::submit);
        doubtAll();
        List.copyOf(open.keySet()).forEach(this::look);
    }

    @Override
    public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
        look(id);
    }

    private void look(String id) {
        var wish = open.get(id);
        if (wish == null) {
            return;
        }
        var cache = stores.requests().cache();
        var entry = cache.get(id);
        if (entry == null && cache.caughtUp() && !cache.mayExist(id)) {
            LOG.info("Request {} is gone before it was answered; asking again", id);
            open.remove(id);
            submit(wish);
            return;
        }
        var request = entry == null ? null : entry.readable().orElse(null);
        if (request == null) {
            return;
        }
        if (request.state() == RequestState.FULFILLED) {
            open.remove(id);
            accept(request, wish);
        } else if (request.state() == RequestState.FAILED) {
            open.remove(id);
            wish.answer()
                    .completeExceptionally(new IllegalStateException(
                            "no launcher can serve request " + id + " for " + request.labels()));
            delete(id);
        }
    }

    private void accept(NodeRequest request, Wish wish) {
        locks.lockAll(request.id(), request.nodes())
                .thenCompose(nodes -> delete(request.id()).thenApply(x -> nodes))
                .whenCompleteAsync((nodes, failure) -> settle(request, wish, nodes, failure), stores.loop());
    }

    private void settle(NodeRequest request, Wish wish, @Nullable List<Held<Node>> nodes, @Nullable Throwable failure) {
        if (nodes == null) {
            LOG.warn(
                    "The nodes of request {} could not be locked; asking again: {}",
                    request.id(),
                    String.valueOf(failure));
            delete(request.id());
            submit(wish);
            return;
        }
        var lease = new Lease(stores, request, nodes, held::remove);
        held.add(lease);
        if (!wish.answer().complete(lease)) {
            lease.giveBack();
        }
    }

    /** When it was answered there is nothing to withdraw. */
    private void withdraw(Wish wish) {
        unsent.remove(wish);
        open.entrySet().removeIf(e -> {
            if (e.getValue() == wish) {
                delete(e.getKey());
                return true;
            }
            return false;
        });
    }

    private final class Nodes implements RecordCache.Listener<Node> {

        @Override
        public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
            if (after == null) {
                doubtHolderOf(id);
            }
        }

        @Override
        public void lockChanged(String id, boolean locked) {
            if (!locked) {
                doubtHolderOf(id);
            }
        }

        private void doubtHolderOf(String node) {
            List.copyOf(held).stream().filter(lease -> lease.has(node)).forEach(Leases.this::doubt);
        }
    }

    /** For as long as the session lives: after it there is nothing left to delete. Never fails. */
    private CompletableFuture<Void> delete(String id) {
        var tree = stores.tree();
        return Sessions.persist(tree, tree.session().id(), () -> tree.delete(Layout.request(id), -1))
                .exceptionally(failure -> {
                    if (TreeException.codeOf(failure) != TreeException.Code.NO_NODE) {
                        LOG.debug("Request {} ends with the session", id, failure);
                    }
                    return null;
                });
    }
}
