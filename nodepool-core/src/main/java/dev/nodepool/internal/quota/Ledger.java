package dev.nodepool.internal.quota;

import dev.nodepool.driver.Amounts;
import java.util.HashMap;
import java.util.Map;

/**
 * Running sums of what all nodes take, and of what is promised to launches that have no record yet. Updated by each
 * change, so asking costs nothing. Used from one thread.
 */
public final class Ledger {

    private record PoolKey(String provider, String pool) {}

    private final Map<String, Use> byNode = new HashMap<>();
    private final Map<String, Amounts> byProvider = new HashMap<>();
    private final Map<PoolKey, Amounts> byPool = new HashMap<>();
    private final Map<String, Amounts> byTenant = new HashMap<>();

    /** Enters what a node takes, instead of what it took before. */
    public void enter(String node, Use use) {
        remove(node);
        byNode.put(node, use);
        add(use);
    }

    /** Forgets a node; harmless when it is not known. */
    public void remove(String node) {
        var before = byNode.remove(node);
        if (before != null) {
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
     * the same records the lower id goes first.
     */
    public Amounts usedUpTo(String provider, String node) {
        var sum = Amounts.NONE;
        for (var entry : byNode.entrySet()) {
            if (entry.getValue().provider().equals(provider) && entry.getKey().compareTo(node) <= 0) {
                sum = sum.plus(entry.getValue().amounts());
            }
        }
        return sum;
    }

    /** The same for one pool. */
    public Amounts usedUpTo(String provider, String pool, String node) {
        var sum = Amounts.NONE;
        for (var entry : byNode.entrySet()) {
            var use = entry.getValue();
            if (use.provider().equals(provider)
                    && use.pool().equals(pool)
                    && entry.getKey().compareTo(node) <= 0) {
                sum = sum.plus(use.amounts());
            }
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
}
