package dev.nodepool.internal.launcher;

import dev.nodepool.config.LabelConfig;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.model.RequestState;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the wanted number of ready nodes of each label in stock, by requests like anybody else's. Per label one
 * launcher does it, who holds the label's lock, so that several do not overshoot; only launchers that can launch the
 * label contend for it. Lives on the loop.
 */
final class MinReady {

    private static final Logger LOG = LoggerFactory.getLogger(MinReady.class);

    /** Behind everything that users ask for. */
    private static final String PRECEDENCE = "900-";

    private static final BackOff BACK_OFF = BackOff.between(Duration.ofSeconds(2), Duration.ofSeconds(60));

    /** The place in the queue is kept as long as the session lives; this only gives the wait an end. */
    private static final Duration QUEUE = Duration.ofDays(1);

    private final Stores stores;
    private final NodeIndex nodes;
    private final Predicate<String> launchable;
    private final BiPredicate<@Nullable String, @Nullable String> inStock;
    private final StockRequests requests;
    private final Adrift adrift;
    private final Map<String, LabelConfig> labels = new HashMap<>();
    private final Map<String, LockHandle> locks = new HashMap<>();
    private final Map<String, CompletableFuture<LockHandle>> queued = new HashMap<>();
    private final Map<String, Integer> creating = new HashMap<>();
    private final Map<String, BackOff> backOffs = new HashMap<>();
    private final Set<String> resting = new HashSet<>();
    private final Set<String> finishing = new HashSet<>();
    private Set<Map.Entry<String, Set<String>>> launchers = Set.of();
    private Set<String> served = Set.of();
    private boolean registryChanged = true;
    private boolean stopped;

    /**
     * @param launchable whether a machine of a label could be launched by this process, capacity apart
     * @param inStock whether somebody hands out the nodes of a provider and pool
     */
    MinReady(
            Stores stores,
            NodeIndex nodes,
            Adrift adrift,
            Predicate<String> launchable,
            BiPredicate<@Nullable String, @Nullable String> inStock) {
        this.stores = stores;
        this.nodes = nodes;
        this.launchable = launchable;
        this.inStock = inStock;
        requests = new StockRequests(stores.requests().cache());
        this.adrift = adrift;
        stores.onDocuments(() -> registryChanged = true);
    }

    /** Labels to keep in stock. */
    void keep(Map<String, LabelConfig> wanted) {
        labels.clear();
        wanted.forEach((name, label) -> {
            if (label.minReady() > 0) {
                labels.put(name, label);
            }
        });
        var known = new HashSet<>(locks.keySet());
        known.addAll(queued.keySet());
        known.removeAll(labels.keySet());
        known.forEach(this::leaveToOthers);
    }

    /** Looks what is missing; called after every change. */
    void plan() {
        if (stopped || !stores.caughtUp()) {
            return;
        }
        finishOwn();
        whenLaunchersChange();
        labels.values().forEach(this::plan);
    }

    /** A launcher that came may have the room that was missing. */
    private void whenLaunchersChange() {
        if (!registryChanged) {
            return;
        }
        registryChanged = false;
        var now = stores.registry().pools().stream()
                .map(pool -> Map.entry(pool.id(), pool.labels()))
                .collect(Collectors.toSet());
        if (!now.equals(launchers)) {
            launchers = now;
            served = stores.registry().pools().stream()
                    .map(RegisteredPool::provider)
                    .collect(Collectors.toSet());
            backOffs.clear();
            resting.clear();
        }
    }

    /** Who can not launch a label must not keep others from it. */
    private void plan(LabelConfig label) {
        var name = label.name();
        if (!launchable.test(name)) {
            leaveToOthers(name);
            return;
        }
        var lock = locks.get(name);
        if (lock == null || !lock.valid(stores.tree().session())) {
            queueForLock(name);
            return;
        }
        var missing = label.minReady() - stock(name);
        if (missing > 0 && !resting.contains(name)) {
            LOG.info("Asking for {} ready nodes of label {}", missing, name);
            for (var i = 0; i < missing; i++) {
                ask(name);
            }
        }
    }

    /** What there is of a label, or will be without our doing. */
    private int stock(String label) {
        return nodes.readyOf(label, inStock)
                + adrift.of(label, served::contains)
                + requests.open(label)
                + creating.getOrDefault(label, 0);
    }

    private void leaveToOthers(String label) {
        var wait = queued.get(label);
        if (wait != null) {
            wait.cancel(false);
        }
        var lock = locks.remove(label);
        if (lock != null) {
            LOG.info("Keeping label {} in stock is left to others", label);
            stores.locks().release(lock);
        }
    }

    private void queueForLock(String label) {
        locks.remove(label);
        if (queued.containsKey(label)) {
            return;
        }
        var wait = stores.locks().lock(Layout.MIN_READY_LOCKS + "/" + label, Directory.WITH_PARENTS, QUEUE);
        queued.put(label, wait);
        wait.whenCompleteAsync((handle, failure) -> turn(label, handle, failure), stores.loop());
    }

    private void turn(String label, @Nullable LockHandle handle, @Nullable Throwable failure) {
        if (handle == null) {
            queued.remove(label);
            if (!stopped && labels.containsKey(label) && !(failure instanceof CancellationException)) {
                LOG.debug("No turn yet to keep label {} in stock", label, failure);
                stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::plan);
            }
            return;
        }
        // What whoever had the lock before did is known when all that is being read now is known.
        CompletableFuture.allOf(
                        stores.requests().cache().settled(),
                        stores.nodes().cache().settled())
                .whenCompleteAsync(
                        (x, unread) -> {
                            queued.remove(label);
                            if (stopped || !labels.containsKey(label)) {
                                stores.locks().release(handle);
                            } else {
                                locks.put(label, handle);
                                plan();
                            }
                        },
                        stores.loop());
    }

    private void ask(String label) {
        creating.merge(label, 1, Integer::sum);
        var order = new NodeRequest.Order(
                List.of(label),
                NodeRequest.MIN_READY,
                false,
                null,
                0,
                null,
                stores.threads().plainId());
        stores.requests()
                .create(
                        PRECEDENCE,
                        NodeRequest.ordered(order, stores.threads().now()),
                        RequestEvent.SUBMIT,
                        Tree.Mode.EPHEMERAL_SEQUENTIAL)
                .whenComplete((entry, failure) -> {
                    creating.merge(label, -1, Integer::sum);
                    if (failure != null) {
                        LOG.warn("Could not ask for a ready node of label {}: {}", label, String.valueOf(failure));
                        rest(label);
                    }
                });
    }

    /** Ends what was answered of our own requests. */
    private void finishOwn() {
        for (var id : requests.answered()) {
            var entry = stores.requests().cache().get(id);
            var request = entry == null ? null : entry.record();
            if (entry != null
                    && request != null
                    && entry.stat().ephemeralOwner() == stores.tree().session().id()
                    && finishing.add(id)) {
                finish(entry, request);
            }
        }
    }

    private void finish(Entry<NodeRequest> entry, NodeRequest request) {
        request.labels().forEach(request.state() == RequestState.FAILED ? this::rest : backOffs::remove);
        CompletableFuture.allOf(request.nodes().stream().map(this::free).toArray(CompletableFuture[]::new))
                .thenCompose(x -> stores.tree().delete(Layout.request(request.id()), -1))
                .whenCompleteAsync(
                        (x, failure) -> {
                            finishing.remove(request.id());
                            if (failure != null) {
                                LOG.debug("Request {} ends with the session", entry.id(), failure);
                            }
                        },
                        stores.loop());
    }

    private CompletableFuture<Void> free(String id) {
        var node = stores.nodes().cache().get(id);
        if (node == null) {
            return CompletableFuture.completedFuture(null);
        }
        return stores.nodes()
                .applyUnlocked(node, NodeEvent.DEALLOCATE, Collections.singletonMap(Node.ALLOCATED_TO, null))
                .exceptionally(failure -> {
                    if (!Refused.is(failure)) {
                        LOG.warn("Node {} is freed later, by the cleaner: {}", id, String.valueOf(failure));
                    }
                    return null;
                });
    }

    private void rest(String label) {
        var backOff = backOffs.getOrDefault(label, BACK_OFF).failed();
        backOffs.put(label, backOff);
        if (resting.add(label)) {
            stores.threads().timerOn(stores.loop()).after(backOff.delay(), () -> {
                resting.remove(label);
                plan();
            });
        }
    }

    void stop() {
        stopped = true;
        queued.values().forEach(wait -> wait.cancel(false));
        locks.values().forEach(stores.locks()::release);
    }

    /** The session is over and its locks with it. */
    void lost() {
        locks.clear();
    }
}
