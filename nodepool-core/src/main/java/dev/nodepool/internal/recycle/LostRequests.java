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
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that a launcher took and left behind: pending, and nobody holds the lock. They are free again the moment the
 * lock of the dead launcher goes. Lives on the loop.
 */
public final class LostRequests implements RecordCache.Listener<NodeRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(LostRequests.class);

    private static final Map<String, @Nullable Object> FREE = Collections.singletonMap(Node.ALLOCATED_TO, null);
    private static final Map<String, Object> NO_NODES = Map.of(NodeRequest.NODES, List.of());

    private static final Duration FOREIGN_LOCKS_EVERY = Duration.ofMinutes(10);
    private static final Duration FOREIGN_LOCK_AGE = Duration.ofHours(8);
    private static final int MOST_FOREIGN_LOCKS = 200;

    private final Stores stores;
    private final Set<String> underWay = new HashSet<>();
    /** When orphaned lock directories are worth another look, so that young ones do not hide old ones. */
    private final Map<String, Double> lookAgain = new HashMap<>();

    public LostRequests(Stores stores) {
        this.stores = stores;
    }

    public void start() {
        stores.requests().cache().listen(this);
        stores.onCaughtUp(this::considerAll);
        watchForeignLocks();
    }

    private void watchForeignLocks() {
        stores.threads().timerOn(stores.loop()).after(FOREIGN_LOCKS_EVERY, () -> {
            if (stores.caughtUp()) {
                var now = stores.threads().now();
                var orphaned = orphanedLocks().toList();
                lookAgain.keySet().retainAll(Set.copyOf(orphaned));
                orphaned.stream()
                        .filter(id -> lookAgain.getOrDefault(id, 0.0) <= now)
                        .limit(MOST_FOREIGN_LOCKS)
                        .forEach(this::removeIfOld);
            }
            watchForeignLocks();
        });
    }

    private Stream<String> orphanedLocks() {
        var cache = stores.requests().cache();
        return cache.lockDirectories().stream().filter(id -> !cache.mayExist(id) && !cache.locked(id));
    }

    /** Python removes what it has not touched for eight hours; so do we with what is not ours. */
    private void removeIfOld(String id) {
        var dir = Layout.requestLock(id);
        stores.tree()
                .exists(dir)
                .thenComposeAsync(
                        stat -> {
                            var now = stores.threads().now();
                            var oldAt = stat.map(s -> s.mtimeMillis() / 1e3 + FOREIGN_LOCK_AGE.toSeconds())
                                    .orElse(now);
                            // What can not be removed now must not take the turn of the others either.
                            lookAgain.put(id, oldAt > now ? oldAt : now + FOREIGN_LOCK_AGE.toSeconds());
                            return stat.isPresent() && oldAt <= now
                                    ? stores.tree().delete(dir, -1)
                                    : CompletableFuture.<Void>completedFuture(null);
                        },
                        stores.loop())
                .whenComplete((x, failure) -> reportLeftLock(id, failure));
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
        orphanedLocks().forEach(this::removeLockDirectory);
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
        freeTogether(entry)
                .exceptionallyComposeAsync(failure -> freeStepwise(entry, failure), stores.loop())
                .whenCompleteAsync(
                        (x, failure) -> {
                            underWay.remove(id);
                            if (failure == null) {
                                LOG.atInfo()
                                        .addKeyValue("request", id)
                                        .log("Request {} was left behind by its launcher; it is free again", id);
                            }
                            if (failure != null && !Refused.is(failure)) {
                                LOG.atWarn()
                                        .addKeyValue("request", id)
                                        .log("Request {} could not be freed: {}", id, String.valueOf(failure));
                            }
                        },
                        stores.loop());
    }

    /** Request and ready nodes in one step, so that whoever takes the request next finds its nodes free. */
    private CompletableFuture<Void> freeTogether(Entry<NodeRequest> entry) {
        var transaction = stores.requests().transaction();
        readyNodes(entry.id())
                .forEach(node -> stores.nodes().changeUnlocked(transaction, node, NodeEvent.DEALLOCATE, FREE));
        stores.requests().changeUnlocked(transaction, entry, RequestEvent.RESET, NO_NODES);
        return stores.requests().commit(transaction);
    }

    /** Somebody is at one of the nodes: first the request, which proves that nobody serves it, then each node. */
    private CompletableFuture<Void> freeStepwise(Entry<NodeRequest> entry, Throwable failure) {
        LOG.atDebug().addKeyValue("request", entry.id()).log("Request {} is freed step by step", entry.id(), failure);
        return stores.requests()
                .applyUnlocked(entry, RequestEvent.RESET, NO_NODES)
                .thenCompose(x -> CompletableFuture.allOf(
                        readyNodes(entry.id()).stream().map(this::free).toArray(CompletableFuture[]::new)));
    }

    private CompletableFuture<Void> free(Entry<Node> node) {
        return stores.nodes().applyUnlocked(node, NodeEvent.DEALLOCATE, FREE).exceptionally(failure -> {
            LOG.atWarn()
                    .addKeyValue("node", node.id())
                    .log("Node {} stays allocated: {}", node.id(), String.valueOf(failure));
            return null;
        });
    }

    /** Ready nodes of a request; others are collected by their own rules. */
    private List<Entry<Node>> readyNodes(String request) {
        return stores.nodes().cache().all().stream()
                .filter(entry -> entry.readable()
                        .filter(n -> n.state() == NodeState.READY)
                        .flatMap(Node::allocatedTo)
                        .filter(request::equals)
                        .isPresent())
                .toList();
    }

    /** A request that is gone needs no lock any more. */
    private void removeLockDirectory(String id) {
        if (stores.requests().cache().locked(id) || !stores.requests().cache().hasLockDirectory(id)) {
            return;
        }
        stores.locks()
                .removeOwnDirectory(Layout.requestLock(id))
                .whenComplete((x, failure) -> reportLeftLock(id, failure));
    }

    private static void reportLeftLock(String id, @Nullable Throwable failure) {
        if (failure != null
                && TreeException.codeOf(failure) != Code.NO_NODE
                && TreeException.codeOf(failure) != Code.NOT_EMPTY) {
            LOG.atDebug().addKeyValue("request", id).log("The lock directory of request {} stays", id, failure);
        }
    }
}
