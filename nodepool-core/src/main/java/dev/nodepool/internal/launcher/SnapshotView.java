package dev.nodepool.internal.launcher;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.LabelSettings;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Pool;
import dev.nodepool.internal.assign.Snapshot;
import dev.nodepool.internal.assign.Stock;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.provider.ProviderFacts;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.NodeRequest;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the value that decisions are made on out of what is live. Lives on the loop. */
final class SnapshotView {

    private record Labels(PoolSeat seat, @Nullable ProviderFacts facts, Map<String, Pool.Label> byName) {}

    private final Stores stores;
    private final Ledger ledger;
    private final NodeIndex nodes;
    private final Map<String, Labels> labels = new HashMap<>();
    private final LentSlots lent;

    SnapshotView(Stores stores, Ledger ledger, NodeIndex nodes) {
        stores.onDocuments(labels::clear);
        this.stores = stores;
        this.ledger = ledger;
        this.nodes = nodes;
        lent = new LentSlots(stores.threads());
        stores.nodes().cache().listen(lent);
    }

    Snapshot of(NodepoolConfig config, List<NodeRequest> waiting, List<PoolSeat> seats, Rounds rounds) {
        var launches = new HashMap<String, Integer>();
        rounds.flows().forEach(flow -> launches.merge(flow.seat().providerName(), flow.launchCount(), Integer::sum));
        var capacities = new HashMap<String, Snapshot.Capacity>();
        seats.forEach(seat -> capacities.computeIfAbsent(seat.providerName(), name -> capacity(seat)));
        var tenants = new HashMap<String, Snapshot.Tenant>();
        config.tenantLimits().forEach((name, limits) -> tenants.put(name, tenant(name, limits.limits())));
        return new Snapshot(
                waiting,
                seats.stream()
                        .map(seat -> pool(seat, launches.getOrDefault(seat.providerName(), 0)))
                        .toList(),
                stores.registry().pools(),
                capacities,
                rounds.impatient(),
                tenants,
                rounds.fullZones());
    }

    private Snapshot.Tenant tenant(String name, Amounts limits) {
        return new Snapshot.Tenant(
                limits,
                limits.minus(ledger.usedByTenant(name).only(limits.byName().keySet())));
    }

    private Snapshot.Capacity capacity(PoolSeat seat) {
        return new Snapshot.Capacity(
                seat.provider().facts().map(ProviderFacts::most).orElse(Amounts.NONE),
                seat.provider().facts().map(ProviderFacts::total).orElse(Amounts.NONE),
                ledger.used(seat.providerName()),
                nodes.freeing(seat.providerName()));
    }

    private Pool pool(PoolSeat seat, int launches) {
        var provider = seat.providerName();
        var name = seat.pool().name();
        return new Pool(
                seat.launcherId(),
                provider,
                name,
                seat.pool().priority(),
                seat.pool().disabled(),
                seat.provider().unavailable(),
                seat.provider().config().maxConcurrency().map(max -> max == 0 ? -1 : Math.max(0, max - launches)),
                labels(seat),
                seat.pool().limits(),
                ledger.used(provider, name),
                nodes.freeing(provider, name),
                seat.pool().settings().ignoreProviderQuota(),
                nodes.ready(provider, name),
                seat.provider().provider().inventory().map(inventory -> stock(inventory, provider, name)),
                stores.drains().of(provider, name).isPresent());
    }

    private Stock stock(Inventory inventory, String provider, String pool) {
        var slots = inventory.hosts().stream()
                .filter(host -> host.pool().equals(pool))
                .flatMap(host -> Collections.nCopies(host.slots(), host.labels()).stream())
                .toList();
        return new Stock(slots, lent.of(provider, pool));
    }

    /** Worked out again only when provider or images have something new to say. */
    private Map<String, Pool.Label> labels(PoolSeat seat) {
        var facts = seat.provider().facts().orElse(null);
        var known = labels.get(seat.launcherId());
        if (known == null || known.seat() != seat || known.facts() != facts) {
            known = new Labels(seat, facts, workOut(seat));
            labels.put(seat.launcherId(), known);
        }
        return known.byName();
    }

    private Map<String, Pool.Label> workOut(PoolSeat seat) {
        return seat.pool().settings().labels().stream()
                .collect(Collectors.toUnmodifiableMap(
                        LabelSettings::name, label -> label(seat, label), (one, other) -> other));
    }

    private Pool.Label label(PoolSeat seat, LabelSettings label) {
        return seat.facts(label.name())
                .map(facts ->
                        new Pool.Label(facts.needs(), facts.state().ready() ? imageState(seat, label) : facts.state()))
                .orElse(new Pool.Label(Amounts.NONE, LabelState.notNow("the provider has not answered yet")));
    }

    private LabelState imageState(PoolSeat seat, LabelSettings label) {
        return label.diskImage()
                .filter(image ->
                        stores.uploads().newestReady(image, seat.providerName()).isEmpty())
                .map(image -> LabelState.notNow("image " + image + " is not uploaded to " + seat.providerName()))
                .orElse(LabelState.READY);
    }

    /** Whether a machine of a label could be launched in any of our pools, capacity apart. */
    boolean launchable(List<PoolSeat> seats, String label) {
        return seats.stream()
                .filter(seat -> !seat.pool().disabled()
                        && stores.drains()
                                .of(seat.providerName(), seat.pool().name())
                                .isEmpty()
                        && seat.provider().unavailable().isEmpty()
                        && seat.provider().provider().inventory().isEmpty())
                .map(seat -> labels(seat).get(label))
                .anyMatch(known -> known != null && known.state().ready());
    }
}
