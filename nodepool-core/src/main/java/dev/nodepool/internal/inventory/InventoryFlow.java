package dev.nodepool.internal.inventory;

import dev.nodepool.config.PoolConfig;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.Inventory.Identity;
import dev.nodepool.internal.inventory.SlotPlan.Occupant;
import dev.nodepool.internal.inventory.SlotPlan.Slot;
import dev.nodepool.internal.inventory.SlotPlan.Wanted;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node records of one provider in step with its hosts. Of several launchers that have the provider one does it,
 * who holds the provider's lock, and the server accepts a new slot only under that lock: so no slot is entered twice.
 * Records in use are left alone; they vanish when they are released. Lives on the loop.
 */
final class InventoryFlow {

    private static final Logger LOG = LoggerFactory.getLogger(InventoryFlow.class);

    /** A host that failed its check is tried again after this. */
    private static final Duration RETRY_HOST = Duration.ofSeconds(60);

    /** After ZooKeeper failed us. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The place in the queue is kept as long as the session lives; this only gives the wait an end. */
    private static final Duration QUEUE = Duration.ofDays(1);

    private final Stores stores;
    private final ProviderUnit provider;
    private final Inventory inventory;
    private final HostCheck checks;
    private final Runnable changed;
    private final Set<String> nodes;
    private final Map<Identity, KnownHost> hosts = new LinkedHashMap<>();
    private final Set<Slot> entering = new HashSet<>();
    private final Set<String> underWay = new HashSet<>();
    private final Set<String> retiring = new HashSet<>();
    private @Nullable LockHandle lock;
    private @Nullable CompletableFuture<LockHandle> queued;
    private boolean current;
    private boolean refreshing;
    private boolean due;
    private boolean leaving;
    private boolean stopped;

    /**
     * @param changed run when a host can be used that could not, or no longer
     * @param nodes ids of the provider's nodes, a view that follows them
     */
    InventoryFlow(
            Stores stores,
            ProviderUnit provider,
            Inventory inventory,
            HostCheck checks,
            Runnable changed,
            Set<String> nodes) {
        this.stores = stores;
        this.provider = provider;
        this.inventory = inventory;
        this.checks = checks;
        this.changed = changed;
        this.nodes = nodes;
    }

    void start() {
        inventory.onChange(() -> stores.loop().execute(this::hostsChanged));
        hostsChanged();
    }

    ProviderUnit provider() {
        return provider;
    }

    /** A provider that is no longer configured has no hosts: what nobody uses goes now, the rest when it is released. */
    void configured(boolean is) {
        if (leaving == is) {
            leaving = !is;
            hostsChanged();
        }
    }

    private void hostsChanged() {
        if (stopped) {
            return;
        }
        var before = Map.copyOf(hosts);
        hosts.clear();
        for (var host : leaving ? List.<Inventory.Host>of() : inventory.hosts()) {
            pool(host)
                    .filter(pool -> !pool.disabled())
                    .ifPresent(pool -> hosts.computeIfAbsent(
                            host.identity(),
                            id -> Optional.ofNullable(before.get(id))
                                    .filter(known -> known.host.equals(host))
                                    .orElseGet(() -> new KnownHost(host, pool))));
        }
        before.values().stream()
                .filter(known -> hosts.get(known.host.identity()) != known)
                .forEach(KnownHost::forget);
        soon();
    }

    private Optional<PoolConfig> pool(Inventory.Host host) {
        return provider.config().pools().stream()
                .filter(pool -> pool.name().equals(host.pool()))
                .findFirst();
    }

    /** Asks for a look at everything; however often it is asked before, there is one. */
    void soon() {
        if (!due && !stopped) {
            due = true;
            stores.loop().execute(() -> {
                due = false;
                step();
            });
        }
    }

    private void later(Duration delay) {
        stores.threads().timerOn(stores.loop()).after(delay, this::soon);
    }

    private void step() {
        if (stopped || !stores.caughtUp()) {
            return;
        }
        var held = lock;
        if (held == null || !held.valid(stores.tree().session())) {
            lock = null;
            queue();
        } else if (!current) {
            refresh(held);
        } else {
            carryOut(SlotPlan.of(wanted(), occupants()), held);
        }
    }

    private void queue() {
        if (queued != null) {
            return;
        }
        var wait = stores.locks().lock(Layout.INVENTORY_LOCKS + "/" + provider.name(), Directory.WITH_PARENTS, QUEUE);
        queued = wait;
        wait.whenCompleteAsync(
                (handle, failure) -> {
                    queued = null;
                    if (handle == null) {
                        LOG.debug("No turn yet to enter the hosts of {}", provider.name(), failure);
                        later(RETRY);
                    } else if (stopped) {
                        stores.locks().release(handle);
                    } else {
                        lock = handle;
                        current = false;
                        soon();
                    }
                },
                stores.loop());
    }

    private void refresh(LockHandle held) {
        if (refreshing) {
            return;
        }
        refreshing = true;
        FreshCopy.ofNodes(stores, held.session())
                .whenCompleteAsync(
                        (x, failure) -> {
                            refreshing = false;
                            // Of another lock, or none, it says nothing.
                            current = failure == null && lock == held;
                            if (current) {
                                soon();
                            } else {
                                later(RETRY);
                            }
                        },
                        stores.loop());
    }

    private List<Wanted> wanted() {
        return hosts.values().stream().map(KnownHost::wanted).toList();
    }

    private List<Occupant> occupants() {
        var cache = stores.nodes().cache();
        return nodes.stream()
                .map(cache::get)
                .filter(Objects::nonNull)
                .flatMap(entry -> entry.readable().stream())
                .map(node -> new Occupant(node, free(node), leaves(node)))
                .toList();
    }

    private boolean free(Node node) {
        var cache = stores.nodes().cache();
        return node.state() == NodeState.READY
                && node.allocatedTo().isEmpty()
                && !cache.locked(node.id())
                && !cache.outdated(node.id())
                && !underWay.contains(node.id());
    }

    private boolean leaves(Node node) {
        return node.state() == NodeState.USED || node.state() == NodeState.DELETING || retiring.contains(node.id());
    }

    private void carryOut(SlotPlan plan, LockHandle held) {
        plan.retired().forEach(this::retire);
        plan.changes().forEach(this::change);
        var vacant = new HashMap<Identity, List<Slot>>();
        plan.vacant().stream()
                .filter(slot -> !entering.contains(slot))
                .forEach(slot -> vacant.computeIfAbsent(slot.host(), h -> new ArrayList<>())
                        .add(slot));
        for (var host : List.copyOf(hosts.values())) {
            var slots = vacant.getOrDefault(host.host.identity(), List.of());
            if (host.standing instanceof Standing.Up up && up.fresh()) {
                slots.forEach(slot -> enter(host, slot, held));
                host.standing = up.aged();
            } else if (host.standing instanceof Standing.Unknown
                    || host.standing instanceof Standing.Up && !slots.isEmpty()) {
                host.check();
            }
        }
    }

    private void enter(KnownHost host, Slot slot, LockHandle held) {
        entering.add(slot);
        var document = HostRecord.of(
                provider.name(),
                Objects.requireNonNull(host.fields),
                slot.number(),
                stores.threads().now());
        stores.nodes()
                .createUnder(held, document, NodeEvent.REGISTER)
                .whenCompleteAsync((entry, failure) -> entered(slot, entry, failure), stores.loop());
    }

    private void entered(Slot slot, @Nullable Entry<Node> entry, @Nullable Throwable failure) {
        entering.remove(slot);
        if (entry != null) {
            LOG.info("Node {} is slot {} of {}", entry.id(), slot.number(), slot.host());
            soon();
            return;
        }
        LOG.warn(
                "Slot {} of {} could not be entered, to be looked at again: {}",
                slot.number(),
                slot.host(),
                String.valueOf(failure));
        current = false;
        if (TreeException.codeOf(Objects.requireNonNull(failure)) == TreeException.Code.NO_NODE) {
            // Somebody took our contender away: the place in the queue has to be had anew.
            lock = null;
        }
        later(RETRY);
    }

    /** Marks a record; like any other one that is marked, the cleaner removes it. */
    private void retire(String node) {
        touch(node, entry -> {
            LOG.info("Node {} of {} is taken away: its slot is gone or changed", node, provider.name());
            retiring.add(node);
            return stores.nodes().applyUnlocked(entry, NodeEvent.DELETE, Map.of());
        });
    }

    private void change(SlotPlan.Change change) {
        touch(change.node(), entry -> {
            LOG.info(
                    "Node {} of {} is brought up to date: {}",
                    change.node(),
                    provider.name(),
                    String.join(", ", change.fields().keySet()));
            return stores.nodes().applyUnlocked(entry, NodeEvent.REVISE, change.fields());
        });
    }

    private void touch(String node, Function<Entry<Node>, CompletableFuture<Void>> write) {
        var entry = stores.nodes().cache().get(node);
        if (entry == null || !underWay.add(node)) {
            return;
        }
        write.apply(entry)
                .whenCompleteAsync(
                        (x, failure) -> {
                            underWay.remove(node);
                            retiring.remove(node);
                            if (failure == null) {
                                soon();
                            } else {
                                // Whoever was faster will be heard of; this is for what was no such case.
                                later(RETRY);
                                if (!Refused.is(failure)) {
                                    LOG.warn("Node {} could not be written: {}", node, String.valueOf(failure));
                                }
                            }
                        },
                        stores.loop());
    }

    /** Hosts that can not be used now, and why, for people. */
    List<String> remarks() {
        return hosts.values().stream()
                .filter(host -> host.standing instanceof Standing.Down)
                .map(host -> "provider " + provider.name() + ": host " + host.host.identity() + ": "
                        + ((Standing.Down) host.standing).why())
                .toList();
    }

    /** The session is over and the lock with it. */
    void sessionLost() {
        lock = null;
        current = false;
    }

    /** Leaves the records to whoever is next. */
    void stop() {
        stopped = true;
        hosts.values().forEach(KnownHost::forget);
        if (queued != null) {
            queued.cancel(false);
        }
        if (lock != null) {
            stores.locks().release(lock);
            lock = null;
        }
    }

    /** A host with what is known of it. */
    private final class KnownHost {

        private final Inventory.Host host;
        private final PoolConfig pool;
        private Standing standing = new Standing.Unknown();
        private @Nullable Map<String, @Nullable Object> fields;
        private String lastTrouble = "";
        private boolean checking;
        private boolean forgotten;
        private Runnable cancelRetry = () -> {};

        KnownHost(Inventory.Host host, PoolConfig pool) {
            this.host = host;
            this.pool = pool;
        }

        Wanted wanted() {
            return new Wanted(host, fields, standing instanceof Standing.Down);
        }

        void check() {
            if (!checking) {
                checking = true;
                checks.check(inventory, host).whenCompleteAsync((found, failure) -> checked(found), stores.loop());
            }
        }

        private void checked(Standing found) {
            checking = false;
            if (forgotten) {
                return;
            }
            standing = found;
            fields = found instanceof Standing.Up up ? HostRecord.fields(host, pool, up) : null;
            if (found instanceof Standing.Down down) {
                if (!down.why().equals(lastTrouble)) {
                    LOG.warn(
                            "Host {} of {} can not be used, to be tried every {} s: {}",
                            host.identity(),
                            provider.name(),
                            RETRY_HOST.toSeconds(),
                            down.why());
                }
                lastTrouble = down.why();
                cancelRetry = stores.threads().timerOn(stores.loop()).after(RETRY_HOST, this::again);
            } else if (!lastTrouble.isEmpty()) {
                LOG.info("Host {} of {} can be used again", host.identity(), provider.name());
                lastTrouble = "";
            }
            changed.run();
            soon();
        }

        private void again() {
            if (!forgotten) {
                check();
            }
        }

        void forget() {
            forgotten = true;
            cancelRetry.run();
        }
    }
}
