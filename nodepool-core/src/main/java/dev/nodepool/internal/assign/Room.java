package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What pools and providers still have in this round: their limits, what is taken of them, what comes back. */
final class Room {

    private final Map<String, Snapshot.Capacity> providers;
    private final Map<String, Amounts> used = new HashMap<>();
    private final Map<String, Amounts> freeing = new HashMap<>();

    Room(Map<String, Snapshot.Capacity> providers) {
        this.providers = providers;
        providers.forEach((name, capacity) -> {
            used.put(name, capacity.used());
            freeing.put(name, capacity.freeing());
        });
    }

    /** Why this can never fit, whatever comes back. */
    Optional<Reason> tooBig(Pool pool, Amounts needs) {
        return tooBig("the pool may have", needs, pool.limits())
                .or(() -> tooBig("the provider has", needs, capacity(pool).most()));
    }

    private static Optional<Reason> tooBig(String whose, Amounts needs, Amounts limits) {
        var name = needs.exceeding(limits);
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Reason(
                        Code.TOO_BIG,
                        "it needs " + needs.get(name) + " " + name + ", " + whose + " " + limits.get(name)));
    }

    /** Why this does not fit now. */
    Optional<Reason> full(Shelf shelf, Amounts needs) {
        return shortage(shelf.used, needs, shelf.pool.limits())
                .map(text -> new Reason(Code.AT_POOL_LIMIT, "the pool " + text))
                .or(() -> shortage(used(shelf), needs, capacity(shelf.pool).total())
                        .map(text -> new Reason(Code.AT_PROVIDER_LIMIT, "the provider " + text)));
    }

    /** A limit that others exceed is no shortage for a request that needs none of it. */
    private static Optional<String> shortage(Amounts used, Amounts needs, Amounts limit) {
        return needs.byName().keySet().stream()
                .filter(n -> needs.get(n) > 0 && limit.byName().containsKey(n))
                .filter(n -> used.get(n) + needs.get(n) > limit.get(n))
                .findFirst()
                .map(n -> "has " + Math.max(0, limit.get(n) - used.get(n)) + " of " + limit.get(n) + " " + n
                        + " free, the request needs " + needs.get(n));
    }

    /** What a request misses in a pool, beyond what is on its way out there. */
    Shortage missing(Shelf shelf, Amounts needs) {
        var ofPool = lacking(shelf.used, needs, shelf.pool.limits());
        var ofProvider =
                lacking(used(shelf), needs.minus(ofPool), capacity(shelf.pool).total());
        var poolGoing = atMost(shelf.freeing, ofPool);
        var providerGoing = atMost(freeing(shelf).minus(poolGoing), ofProvider);
        return new Shortage(shelf, ofPool.minus(poolGoing), ofProvider.minus(providerGoing));
    }

    void take(Shelf shelf, Amounts needs) {
        charge(shelf, needs, needs);
    }

    /**
     * Keeps for somebody who waits what is free in a pool and what is on its way out. What the pool lacks is not kept at
     * the provider as well: when a node of the pool goes, the provider has it back too.
     *
     * @param andProvider whether the provider's share is kept as well
     */
    void keep(Shelf shelf, Amounts needs, boolean andProvider) {
        var ofPool = lacking(shelf.used, needs, shelf.pool.limits());
        var toProvider = needs.minus(ofPool);
        var going = atMost(shelf.freeing, ofPool);
        shelf.freeing = shelf.freeing.minus(going);
        if (andProvider) {
            var ofProvider =
                    lacking(used(shelf), toProvider, capacity(shelf.pool).total());
            going = going.plus(atMost(freeing(shelf).minus(going), ofProvider));
        }
        freeing.put(shelf.pool.provider(), freeing(shelf).minus(going));
        charge(shelf, needs, andProvider ? toProvider : Amounts.NONE);
    }

    private void charge(Shelf shelf, Amounts ofPool, Amounts ofProvider) {
        shelf.used = shelf.used.plus(ofPool);
        if (!shelf.pool.ignoreProviderQuota()) {
            used.merge(shelf.pool.provider(), ofProvider, Amounts::plus);
        }
    }

    private Snapshot.Capacity capacity(Pool pool) {
        return pool.ignoreProviderQuota()
                ? Snapshot.Capacity.UNLIMITED
                : providers.getOrDefault(pool.provider(), Snapshot.Capacity.UNLIMITED);
    }

    private Amounts used(Shelf shelf) {
        return used.getOrDefault(shelf.pool.provider(), Amounts.NONE);
    }

    private Amounts freeing(Shelf shelf) {
        return freeing.getOrDefault(shelf.pool.provider(), Amounts.NONE);
    }

    private static Amounts lacking(Amounts used, Amounts needs, Amounts limit) {
        var lacks = new HashMap<String, Long>();
        needs.byName().forEach((name, need) -> {
            if (need > 0 && limit.byName().containsKey(name)) {
                lacks.put(name, Math.min(need, Math.max(0, used.get(name) + need - limit.get(name))));
            }
        });
        return new Amounts(lacks);
    }

    private static Amounts atMost(Amounts amounts, Amounts bound) {
        var result = new HashMap<String, Long>();
        bound.byName().forEach((name, n) -> result.put(name, Math.min(n, amounts.get(name))));
        return new Amounts(result);
    }
}
