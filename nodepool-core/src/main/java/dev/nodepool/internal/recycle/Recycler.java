package dev.nodepool.internal.recycle;

import dev.nodepool.driver.DriverException;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.retention.NodeExpiry;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds nodes whose time has come, by every change of a node or its lock, and lets them go away. Lives on the loop.
 */
public final class Recycler implements RecordCache.Listener<Node> {

    private static final Logger LOG = LoggerFactory.getLogger(Recycler.class);

    /** States in which an unlocked node has no user and no future. */
    private static final Set<NodeState> COLLECTABLE = EnumSet.of(
            NodeState.USED,
            NodeState.IN_USE,
            NodeState.BUILDING,
            NodeState.FAILED,
            NodeState.ABORTED,
            NodeState.DELETING,
            NodeState.DELETED);

    private static final Set<NodeState> NEVER_UP =
            EnumSet.of(NodeState.INIT, NodeState.BUILDING, NodeState.FAILED, NodeState.ABORTED);

    /** A launcher locks what it records at once; longer than this means that it died in between. */
    private static final Duration INIT_AGE = Duration.ofSeconds(10);

    private static final Duration EMPTY_AGE = Duration.ofSeconds(60);

    /** Finds what no event tells: that something has become old. */
    private static final Duration FULL_PASS = Duration.ofSeconds(10);

    private static final BackOff BACK_OFF = BackOff.between(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private final Stores stores;
    private final Function<String, Optional<ProviderUnit>> providers;
    private final Function<String, Boolean> launching;
    private NodeExpiry expiry;
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, BackOff> backOffs = new HashMap<>();
    private final Set<String> waiting = new HashSet<>();
    private final NodeTroubles troubles;
    private boolean stopped;

    /**
     * @param providers the providers of this launcher by name; nodes of others are left alone
     * @param expiry when nodes that nobody touches go
     * @param launching whether a launcher id is of this process or of another one that lives
     */
    public Recycler(
            Stores stores,
            Function<String, Optional<ProviderUnit>> providers,
            Function<String, Boolean> launching,
            NodeExpiry expiry) {
        this.stores = stores;
        this.providers = providers;
        this.launching = launching;
        this.expiry = expiry;
        troubles = new NodeTroubles(stores);
    }

    public void start() {
        stores.nodes().cache().listen(this);
        stores.onCaughtUp(this::considerAll);
        again();
    }

    private void again() {
        stores.threads().timerOn(stores.loop()).after(FULL_PASS, () -> {
            if (!stopped) {
                considerAll();
                troubles.tell(backOffs.keySet());
                again();
            }
        });
    }

    @Override
    public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
        troubles.changed(id, after);
        if (after == null) {
            backOffs.remove(id);
        } else {
            consider(id);
        }
    }

    @Override
    public void lockChanged(String id, boolean locked) {
        if (!locked) {
            consider(id);
        }
    }

    /** Changes when nodes that nobody touches go. */
    public void expireBy(NodeExpiry changed) {
        expiry = changed;
    }

    /** Looks at all nodes: after something beside the nodes has changed, and as a safety net. */
    public void considerAll() {
        if (stores.caughtUp()) {
            List.copyOf(stores.nodes().cache().all()).forEach(entry -> consider(entry.id()));
        }
    }

    /** A request is gone: nodes it has not taken are free again. */
    public void requestGone(Collection<String> nodes) {
        nodes.forEach(this::consider);
    }

    private void consider(String id) {
        var cache = stores.nodes().cache();
        var entry = cache.get(id);
        if (stopped
                || !stores.caughtUp()
                || entry == null
                || cache.locked(id)
                || cache.outdated(id)
                || underWay.contains(id)
                || waiting.contains(id)) {
            return;
        }
        if (entry.record() != null) {
            consider(entry, entry.record());
        } else if (entry.unreadable().equals(Json.EMPTY)) {
            removeEmpty(entry);
        }
    }

    /** Who locks a node that has just been deleted makes it again without content; nobody will ever fill it. */
    private void removeEmpty(Entry<Node> entry) {
        if (stores.threads().now() - entry.stat().ctimeMillis() / 1e3 > EMPTY_AGE.toSeconds()) {
            LOG.info("Removing {}: it is empty", Layout.node(entry.id()));
            removeRemains(entry);
        }
    }

    private void consider(Entry<Node> entry, Node node) {
        var provider = node.provider() == null ? Optional.<ProviderUnit>empty() : providers.apply(node.provider());
        if (provider.isEmpty()) {
            if (node.provider() == null || node.state() == NodeState.DELETED) {
                removeRemains(entry);
            }
            return;
        }
        if (COLLECTABLE.contains(node.state())) {
            remove(entry, provider.get());
        } else if (expiry.at(node) <= stores.threads().now()) {
            LOG.atInfo()
                    .addKeyValue("node", node.id())
                    .addKeyValue("provider", node.provider())
                    .log(
                            "Node {} was {} for long enough",
                            node.id(),
                            node.state().text());
            remove(entry, provider.get());
        } else if (node.state() == NodeState.READY) {
            freeIfRequestIsGone(entry, node);
        } else if (node.state() == NodeState.INIT) {
            removeOrphan(entry, node, provider.get());
        }
    }

    /**
     * Deletes a ready node to make room.
     *
     * @return completes on the loop when it is gone, or stays
     */
    public CompletableFuture<Void> evict(String id) {
        var entry = stores.nodes().cache().get(id);
        var node = entry == null ? null : entry.record();
        if (entry == null
                || node == null
                || underWay.contains(id)
                || node.allocatedTo().isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        return Optional.ofNullable(node.provider())
                .flatMap(providers)
                .map(provider -> {
                    LOG.atInfo().addKeyValue("node", id).log("Deleting ready node {} to make room", id);
                    return remove(entry, provider);
                })
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> remove(Entry<Node> entry, ProviderUnit provider) {
        var id = entry.id();
        underWay.add(id);
        var done = provider.use();
        return new NodeRemoval(stores, provider)
                .remove(entry)
                .handleAsync(
                        (x, failure) -> {
                            underWay.remove(id);
                            done.run();
                            if (failure == null) {
                                LOG.atInfo().addKeyValue("node", id).log("Node {} is deleted", id);
                                backOffs.remove(id);
                                if (gaveSomethingBack(entry)) {
                                    // The provider may have been replaced meanwhile.
                                    providers.apply(provider.name()).ifPresent(ProviderUnit::quotaMayBeFree);
                                }
                            } else if (Refused.is(failure)) {
                                consider(id);
                            } else {
                                later(id, failure);
                            }
                            return null;
                        },
                        stores.loop());
    }

    /** A machine that never came up was refused perhaps; that it is gone leaves as much room as there was before. */
    private static boolean gaveSomethingBack(Entry<Node> entry) {
        return entry.readable()
                .filter(node -> node.externalId() != null && !NEVER_UP.contains(node.state()))
                .isPresent();
    }

    private void later(String id, Throwable failure) {
        var backOff = backOffs.getOrDefault(id, BACK_OFF).failed();
        backOffs.put(id, backOff);
        var reason = TreeException.codeOf(failure) == TreeException.Code.OTHER
                ? DriverException.from(failure).getMessage()
                : String.valueOf(failure);
        LOG.atWarn()
                .addKeyValue("node", id)
                .log(
                        "Node {} could not be deleted, to be tried again in {} s: {}",
                        id,
                        backOff.delay().toSeconds(),
                        reason);
        waiting.add(id);
        stores.threads().timerOn(stores.loop()).after(backOff.delay(), () -> {
            waiting.remove(id);
            consider(id);
        });
    }

    private void freeIfRequestIsGone(Entry<Node> entry, Node node) {
        var request = node.allocatedTo();
        if (request.isEmpty() || stores.requests().cache().mayExist(request.get())) {
            return;
        }
        underWay.add(node.id());
        stores.nodes()
                .applyUnlocked(entry, NodeEvent.DEALLOCATE, Collections.singletonMap(Node.ALLOCATED_TO, null))
                .whenComplete((x, failure) -> {
                    underWay.remove(node.id());
                    if (failure != null && !Refused.is(failure)) {
                        later(node.id(), failure);
                    }
                });
    }

    private void removeOrphan(Entry<Node> entry, Node node, ProviderUnit provider) {
        // By the clock of whoever recorded it and by the server's: either may be wrong, and so may ours. A time still
        // to come
        // is one by a wrong clock.
        var now = stores.threads().now();
        var since = entry.stat().ctimeMillis() / 1e3;
        var recorded = node.stateTime() > 0 ? node.stateTime() : since;
        var age = Duration.ofMillis((long) (Math.min(now - since, Math.abs(now - recorded)) * 1000));
        if (age.compareTo(INIT_AGE) > 0 && !node.launcher().map(launching).orElse(false)) {
            LOG.atWarn()
                    .addKeyValue("node", node.id())
                    .addKeyValue("provider", node.provider())
                    .log(
                            "Node {} was recorded by {}, which is gone; removing it",
                            node.id(),
                            node.launcher().orElse("nobody"));
            remove(entry, provider);
        }
    }

    /** The machine is gone or nobody can tell where it was: there is nothing left to delete but the znode. */
    private void removeRemains(Entry<Node> entry) {
        var id = entry.id();
        underWay.add(id);
        Remains.remove(stores.tree(), Layout.node(id), entry.version())
                .whenCompleteAsync(
                        (x, failure) -> {
                            underWay.remove(id);
                            if (failure == null) {
                                LOG.atInfo().addKeyValue("node", id).log("What was left of node {} is removed", id);
                            } else {
                                later(id, failure);
                            }
                        },
                        stores.loop());
    }

    /** Nodes that can not be deleted or read, for people. */
    public List<String> remarks() {
        return troubles.remarks(backOffs.keySet());
    }

    public void stop() {
        stopped = true;
    }
}
