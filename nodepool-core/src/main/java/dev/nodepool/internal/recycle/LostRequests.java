package dev.nodepool.internal.recycle;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.RequestState;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that a launcher took and left behind: pending, and nobody holds the lock. They are free again the moment the
 * lock of the dead launcher goes. Lives on the loop.
 */
public final class LostRequests implements RecordCache.Listener<NodeRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(LostRequests.class);

    private final Stores stores;
    private final Set<String> underWay = new HashSet<>();

    public LostRequests(Stores stores) {
        this.stores = stores;
    }

    public void start() {
        stores.requests().cache().listen(this);
        stores.onCaughtUp(this::considerAll);
    }

    @Override
    public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
        if (after == null) {
            removeLockDirectory(id);
        } else {
            consider(id);
        }
    }

    @Override
    public void lockChanged(String id, boolean locked) {
        if (locked) {
            return;
        }
        if (stores.requests().cache().mayExist(id)) {
            consider(id);
        } else {
            removeLockDirectory(id);
        }
    }

    private void considerAll() {
        List.copyOf(stores.requests().cache().all()).forEach(entry -> consider(entry.id()));
        stores.requests().cache().lockDirectories().stream()
                .filter(id -> !stores.requests().cache().mayExist(id))
                .forEach(this::removeLockDirectory);
    }

    private void consider(String id) {
        var cache = stores.requests().cache();
        var entry = cache.get(id);
        if (!stores.caughtUp()
                || entry == null
                || cache.locked(id)
                || cache.outdated(id)
                || underWay.contains(id)
                || entry.readable()
                        .filter(r -> r.state() == RequestState.PENDING)
                        .isEmpty()) {
            return;
        }
        underWay.add(id);
        stores.requests()
                .applyUnlocked(entry, RequestEvent.RESET, Map.of(NodeRequest.NODES, List.of()))
                .thenCompose(x -> freeNodes(id))
                .whenCompleteAsync(
                        (x, failure) -> {
                            underWay.remove(id);
                            if (failure == null) {
                                LOG.info("Request {} was left behind by its launcher; it is free again", id);
                            }
                            if (failure != null && !Refused.is(failure)) {
                                LOG.warn("Request {} could not be freed: {}", id, String.valueOf(failure));
                            }
                        },
                        stores.loop());
    }

    /** Ready nodes of the request become anybody's; others are collected by their own rules. */
    private CompletableFuture<Void> freeNodes(String request) {
        return CompletableFuture.allOf(List.copyOf(stores.nodes().cache().all()).stream()
                .filter(entry -> entry.readable()
                        .filter(n -> n.state() == NodeState.READY)
                        .flatMap(Node::allocatedTo)
                        .filter(request::equals)
                        .isPresent())
                .map(entry -> stores.nodes()
                        .applyUnlocked(entry, NodeEvent.DEALLOCATE, Collections.singletonMap(Node.ALLOCATED_TO, null))
                        .exceptionally(failure -> {
                            LOG.warn("Node {} stays with request {}: {}", entry.id(), request, String.valueOf(failure));
                            return null;
                        }))
                .toArray(CompletableFuture[]::new));
    }

    /** A request that is gone needs no lock any more. */
    private void removeLockDirectory(String id) {
        if (stores.requests().cache().locked(id) || !stores.requests().cache().hasLockDirectory(id)) {
            return;
        }
        stores.locks().removeOwnDirectory(Layout.requestLock(id)).whenComplete((x, failure) -> {
            if (failure != null
                    && TreeException.codeOf(failure) != Code.NO_NODE
                    && TreeException.codeOf(failure) != Code.NOT_EMPTY) {
                LOG.debug("The lock directory of request {} stays", id, failure);
            }
        });
    }
}
