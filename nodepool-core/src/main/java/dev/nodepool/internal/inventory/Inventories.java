package dev.nodepool.internal.inventory;

import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The providers of a launcher whose machines exist already, each kept in step with its hosts. Lives on the loop. */
public final class Inventories implements RecordCache.Listener<Node> {

    /** Events lead to work; this finds what no event told. */
    private static final Duration SAFETY_NET = Duration.ofSeconds(60);

    private final Stores stores;
    private final Runnable changed;
    private final HostCheck checks;
    private final Map<String, InventoryFlow> flows = new TreeMap<>();
    private final Map<String, Set<String>> nodesByProvider = new HashMap<>();
    private boolean stopped;

    /** @param changed run on the loop when a host can be used that could not, or no longer */
    public Inventories(Stores stores, HostKeys hostKeys, Runnable changed) {
        this.stores = stores;
        this.changed = changed;
        this.checks = new HostCheck(stores.threads().timer(), hostKeys);
    }

    public void start() {
        stores.nodes().cache().listen(this);
        stores.onCaughtUp(this::allSoon);
        stores.onLost(() -> flows.values().forEach(InventoryFlow::sessionLost));
        again();
    }

    private void again() {
        stores.threads().timerOn(stores.loop()).after(SAFETY_NET, () -> {
            if (!stopped) {
                allSoon();
                again();
            }
        });
    }

    private void allSoon() {
        flows.values().forEach(InventoryFlow::soon);
    }

    /**
     * Looks after the hosts of these providers, and of no others from now on.
     *
     * @param leaving providers whose hosts are to go, because nobody has them configured any more
     */
    public void follow(Collection<ProviderUnit> configured, Collection<ProviderUnit> leaving) {
        if (stopped) {
            return;
        }
        var wanted = new HashSet<ProviderUnit>();
        configured.stream().filter(Inventories::has).forEach(wanted::add);
        leaving.stream().filter(Inventories::has).forEach(wanted::add);
        for (var flow : List.copyOf(flows.values())) {
            if (!wanted.contains(flow.provider())) {
                flow.stop();
                flows.remove(flow.provider().name());
            }
        }
        for (var unit : wanted) {
            if (!flows.containsKey(unit.name())) {
                var flow = new InventoryFlow(
                        stores,
                        unit,
                        unit.provider().inventory().orElseThrow(),
                        checks,
                        changed,
                        nodesByProvider.computeIfAbsent(unit.name(), name -> new TreeSet<>()));
                flows.put(unit.name(), flow);
                flow.start();
            }
        }
        flows.values().forEach(flow -> flow.configured(!leaving.contains(flow.provider())));
    }

    private static boolean has(ProviderUnit unit) {
        return unit.provider().inventory().isPresent();
    }

    @Override
    public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
        var old = before == null ? null : before.record();
        var now = after == null ? null : after.record();
        if (old != null && old.provider() != null) {
            nodesByProvider.getOrDefault(old.provider(), new TreeSet<>()).remove(id);
        }
        if (now != null && now.provider() != null) {
            nodesByProvider
                    .computeIfAbsent(now.provider(), name -> new TreeSet<>())
                    .add(id);
        }
        concerns(old);
        concerns(now);
    }

    @Override
    public void lockChanged(String id, boolean locked) {
        if (!locked) {
            var entry = stores.nodes().cache().get(id);
            concerns(entry == null ? null : entry.record());
        }
    }

    private void concerns(@Nullable Node node) {
        var flow = node == null || node.provider() == null ? null : flows.get(node.provider());
        if (flow != null) {
            flow.soon();
        }
    }

    /** Hosts that can not be used now, and why, for people. */
    public List<String> remarks() {
        return flows.values().stream().flatMap(flow -> flow.remarks().stream()).toList();
    }

    /** Leaves the hosts to other launchers. */
    public void stop() {
        stopped = true;
        flows.values().forEach(InventoryFlow::stop);
    }
}
