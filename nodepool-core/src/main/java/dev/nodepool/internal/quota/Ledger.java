package dev.nodepool.internal.quota;

import dev.nodepool.driver.Amounts;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Running sums of what all nodes take, and of what is promised to launches that have no record yet. Updated by each
 * change, so asking costs nothing. Used from one thread.
 */
public final class Ledger {

    private record PoolKey(String provider, String pool) {}

    private static final Recorded NO_NODES = new Recorded();

    private final Map<String, Use> byNode = new HashMap<>();
    private final Map<String, Amounts> byProvider = new HashMap<>();
    private final Map<PoolKey, Amounts> byPool = new HashMap<>();
    private final Map<String, Amounts> byTenant = new HashMap<>();
    private final Map<String, Recorded> nodesOfProvider = new HashMap<>();
    private final Map<PoolKey, Recorded> nodesOfPool = new HashMap<>();

    /** Enters what a node takes, instead of what it took before. */
    public void enter(String node, Use use) {
        remove(node);
        byNode.put(node, use);
        nodesOfProvider.computeIfAbsent(use.provider(), name -> new Recorded()).put(node, use.amounts());
        nodesOfPool
                .computeIfAbsent(new PoolKey(use.provider(), use.pool()), key -> new Recorded())
                .put(node, use.amounts());
        add(use);
    }

    /** Forgets a node; harmless when it is not known. */
    public void remove(String node) {
        var before = byNode.remove(node);
        if (before != null) {
            Objects.requireNonNull(nodesOfProvider.get(before.provider())).remove(node, before.amounts());
            Objects.requireNonNull(nodesOfPool.get(new PoolKey(before.provider(), before.pool())))
                    .remove(node, before.amounts());
            subtract(before);
        }
    }

    /** Promises amounts until the returned action is run, which may be done any number of times. */
    public Runnable reserve(Use use) {
        add(use);
        return new Runnable() {
            private boolean done;

            @Override
            public void run() {
                if (!done) {
                    done = true;
                    subtract(use);
                }
            }
        };
    }

    /** What nodes and promises of a provider take together. */
    public Amounts used(String provider) {
        return byProvider.getOrDefault(provider, Amounts.NONE);
    }

    public Amounts used(String provider, String pool) {
        return byPool.getOrDefault(new PoolKey(provider, pool), Amounts.NONE);
    }

    public Amounts usedByTenant(String tenant) {
        return byTenant.getOrDefault(tenant, Amounts.NONE);
    }

    /**
     * What nodes up to an id take, that one included: a node may be launched when this fits, since among launchers on
     * the same records the lower id goes first. Costs as much as there are nodes with higher ids.
     */
    public Amounts usedUpTo(String provider, String node) {
        return upTo(nodesOfProvider.getOrDefault(provider, NO_NODES), node);
    }

    /** The same for one pool. */
    public Amounts usedUpTo(String provider, String pool, String node) {
        return upTo(nodesOfPool.getOrDefault(new PoolKey(provider, pool), NO_NODES), node);
    }

    private static Amounts upTo(Recorded nodes, String node) {
        var sum = nodes.sum;
        for (var later : nodes.byId.tailMap(node, false).values()) {
            sum = sum.minus(later);
        }
        return sum;
    }

    private void add(Use use) {
        byProvider.merge(use.provider(), use.amounts(), Amounts::plus);
        byPool.merge(new PoolKey(use.provider(), use.pool()), use.amounts(), Amounts::plus);
        if (use.tenant() != null) {
            byTenant.merge(use.tenant(), use.amounts(), Amounts::plus);
        }
    }

    private void subtract(Use use) {
        byProvider.merge(use.provider(), use.amounts(), Amounts::minus);
        byPool.merge(new PoolKey(use.provider(), use.pool()), use.amounts(), Amounts::minus);
        if (use.tenant() != null) {
            byTenant.merge(use.tenant(), use.amounts(), Amounts::minus);
        }
    }

    /** Nodes that have a record, and what they take together. */
    private static final class Recorded {
        private final TreeMap<String, Amounts> byId = new TreeMap<>();
        private Amounts sum = Amounts.NONE;

        void put(String node, Amounts amounts) {
            byId.put(node, amounts);
            sum = sum.plus(amounts);
        }

        void remove(String node, Amounts amounts) {
            byId.remove(node);
            sum = sum.minus(amounts);
        }
    }
}
