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
import dev.nodepool.internal.store.LockHandle;
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

    /** After ZooKeeper failed us. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Stores stores;
    private final ProviderUnit provider;
    private final Inventory inventory;
    private final HostCheck checks;
    private final Runnable changed;
    private final Mandate mandate;
    private final Set<String> nodes;
    private final Map<Identity, KnownHost> hosts = new LinkedHashMap<>();
    private final Set<Slot> entering = new HashSet<>();
    private final Set<String> underWay = new HashSet<>();
    private final Set<String> retiring = new HashSet<>();
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
        this.mandate = new Mandate(stores, provider.name(), this::soon);
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
                                    .filter(known -> known.host().equals(host))
                                    .orElseGet(() -> known(host, pool))));
        }
        before.values().stream()
                .filter(known -> hosts.get(known.host().identity()) != known)
                .forEach(KnownHost::forget);
        soon();
    }

    private KnownHost known(Inventory.Host host, PoolConfig pool) {
        return new KnownHost(stores, provider.name(), host, pool, each -> checks.check(inventory, each), () -> {
            changed.run();
            soon();
        });
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
        if (!stopped && stores.caughtUp()) {
            mandate.get().ifPresent(lock -> carryOut(SlotPlan.of(wanted(), occupants()), lock));
        }
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

    private void carryOut(SlotPlan plan, LockHandle lock) {
        plan.retired().forEach(this::retire);
        plan.changes().forEach(this::change);
        var vacant = new HashMap<Identity, List<Slot>>();
        plan.vacant().stream()
                .filter(slot -> !entering.contains(slot))
                .forEach(slot -> vacant.computeIfAbsent(slot.host(), h -> new ArrayList<>())
                        .add(slot));
        for (var host : List.copyOf(hosts.values())) {
            var slots = vacant.getOrDefault(host.host().identity(), List.of());
            if (host.fresh()) {
                slots.forEach(slot -> enter(host, slot, lock));
                host.aged();
            } else {
                host.checkIfNeeded(!slots.isEmpty());
            }
        }
    }

    private void enter(KnownHost host, Slot slot, LockHandle lock) {
        entering.add(slot);
        var document = HostRecord.of(
                provider.name(), host.fields(), slot.number(), stores.threads().now());
        stores.nodes()
                .createUnder(lock, document, NodeEvent.REGISTER)
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
        if (TreeException.codeOf(Objects.requireNonNull(failure)) == TreeException.Code.NO_NODE) {
            // Somebody took our contender away: the place in the queue has to be had anew.
            mandate.lost();
        } else {
            mandate.doubt();
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
                .flatMap(host -> host
                        .trouble()
                        .map(why -> "provider " + provider.name() + ": host "
                                + host.host().identity() + ": " + why)
                        .stream())
                .toList();
    }

    /** The session is over and the lock with it. */
    void sessionLost() {
        mandate.sessionLost();
    }

    /** Leaves the records to whoever is next. */
    void stop() {
        stopped = true;
        hosts.values().forEach(KnownHost::forget);
        mandate.stop();
    }
}
