package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.view.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a test wants to be the case when a round begins. One machine of any label takes one instance. */
final class Situation {

    final List<NodeRequest> waiting = new ArrayList<>();
    final List<PoolDraft> pools = new ArrayList<>();
    final List<RegisteredPool> others = new ArrayList<>();
    final Map<String, Amounts> totals = new HashMap<>();
    final Map<String, Amounts> used = new HashMap<>();
    final Map<String, Amounts> freeing = new HashMap<>();
    final Map<String, Amounts> tenants = new HashMap<>();
    final Map<String, Amounts> tenantLimits = new HashMap<>();
    final Map<String, Set<String>> fullZones = new HashMap<>();

    /** A pool with unlimited everything that has the labels. */
    PoolDraft pool(String provider, String name, String... labels) {
        var pool = new PoolDraft(provider, name, labels);
        pools.add(pool);
        return pool;
    }

    NodeRequest request(String id, String... labels) {
        return request(id, List.of(labels), fields -> {});
    }

    NodeRequest request(String id, List<String> labels, java.util.function.Consumer<Map<String, Object>> more) {
        var fields = new LinkedHashMap<String, @Nullable Object>(
                NodeRequest.ordered(new NodeRequest.Order(labels, "tester", true, null, 0, null, "event"), 0)
                        .fields());
        fields.put(NodeRequest.STATE, "requested");
        var known = new LinkedHashMap<String, Object>();
        more.accept(known);
        fields.putAll(known);
        var request = new NodeRequest(id, new dev.nodepool.model.Document(fields));
        waiting.add(request);
        return request;
    }

    void total(String provider, long instances) {
        totals.put(provider, instances(instances));
    }

    static Amounts instances(long n) {
        return Amounts.of(Amounts.INSTANCES, n);
    }

    Snapshot snapshot() {
        var capacities = pools.stream()
                .map(p -> p.provider)
                .distinct()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> new Snapshot.Capacity(
                                totals.getOrDefault(name, Amounts.NONE),
                                used.getOrDefault(name, Amounts.NONE),
                                freeing.getOrDefault(name, Amounts.NONE))));
        var built = pools.stream().map(PoolDraft::build).toList();
        var peers = new ArrayList<>(others);
        built.forEach(pool -> peers.add(new RegisteredPool(
                pool.launcherId(),
                pool.provider(),
                pool.name(),
                pool.labels().keySet(),
                true,
                pool.priority(),
                false)));
        return new Snapshot(List.copyOf(waiting), built, peers, capacities, Set.of(), shares(), fullZones);
    }

    private Map<String, Snapshot.Tenant> shares() {
        var shares = new HashMap<String, Snapshot.Tenant>();
        tenants.forEach(
                (name, free) -> shares.put(name, new Snapshot.Tenant(tenantLimits.getOrDefault(name, free), free)));
        return shares;
    }

    Plan plan() {
        return Assigner.plan(snapshot());
    }

    static List<String> taken(Plan plan) {
        return plan.taken().stream().map(Plan.Taken::request).toList();
    }

    /** Why a pool, by its name, does not take a request. */
    static Reason.Code code(Plan plan, String request, PoolDraft pool) {
        var reason = plan.refused().get(request).get(pool.id());
        if (reason == null) {
            throw new AssertionError("no reason for " + request + " in " + plan);
        }
        return reason.code();
    }

    /** A registered pool of another launcher. */
    RegisteredPool other(String id, String provider, int priority, boolean paused, String... labels) {
        var pool = new RegisteredPool(id, provider, "main", Set.of(labels), true, priority, paused);
        others.add(pool);
        return pool;
    }

    static final class PoolDraft {
        final String provider;
        final String name;
        final Map<String, Pool.Label> labels = new LinkedHashMap<>();
        final List<ReadyNode> ready = new ArrayList<>();
        int priority = 100;
        boolean disabled;
        boolean ignoreQuota;
        Optional<Reason> unavailable = Optional.empty();
        Optional<Integer> launchesLeft = Optional.empty();
        Amounts limits = Amounts.NONE;
        Amounts used = Amounts.NONE;
        Amounts freeing = Amounts.NONE;
        Optional<Stock> stock = Optional.empty();
        boolean drained;

        PoolDraft(String provider, String name, String... labels) {
            this.provider = provider;
            this.name = name;
            for (var label : labels) {
                label(label, instances(1), LabelState.READY);
            }
        }

        String id() {
            return provider + "-" + name;
        }

        PoolDraft label(String label, Amounts needs, LabelState state) {
            labels.put(label, new Pool.Label(needs, state));
            return this;
        }

        PoolDraft limits(long instances) {
            limits = instances(instances);
            return this;
        }

        PoolDraft used(long instances) {
            used = instances(instances);
            return this;
        }

        PoolDraft ready(String node, @Nullable String az, String... its) {
            ready.add(new ReadyNode(node, List.of(its), az, instances(1)));
            return this;
        }

        PoolDraft with(UnaryOperator<PoolDraft> change) {
            return change.apply(this);
        }

        Pool build() {
            return new Pool(
                    id(),
                    provider,
                    name,
                    priority,
                    disabled,
                    unavailable,
                    launchesLeft,
                    labels,
                    limits,
                    used,
                    freeing,
                    ignoreQuota,
                    ReadyNodes.of(ready),
                    stock,
                    drained);
        }
    }
}
