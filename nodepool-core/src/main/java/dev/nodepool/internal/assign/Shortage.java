package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import java.util.List;
import java.util.Map;

/**
 * What the first to wait in a pool still misses there.
 *
 * @param ofPool of the pool's own limits
 * @param ofProvider of the provider's, beyond that
 */
record Shortage(Shelf shelf, Amounts ofPool, Amounts ofProvider) {

    boolean none() {
        return !Shelf.anyOf(ofPool) && !Shelf.anyOf(ofProvider);
    }

    /**
     * Picks ready nodes that make up for it: of the pool first, then of the provider's other pools.
     *
     * @return whether they are enough
     */
    boolean pick(List<Shelf> all, Map<Pool.ReadyNode, Shelf> picked) {
        if (Shelf.anyOf(shelf.pick(ofPool, picked))) {
            return false;
        }
        var missing = shelf.pick(ofProvider, picked);
        for (var other : all) {
            if (other.pool.provider().equals(shelf.pool.provider()) && !other.pool.ignoreProviderQuota()) {
                missing = other.pick(missing, picked);
            }
        }
        return !Shelf.anyOf(missing);
    }
}
