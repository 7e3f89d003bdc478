package dev.nodepool.internal.launch;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.provider.ProviderFacts;
import dev.nodepool.internal.quota.Ledger;
import java.util.function.Supplier;

/**
 * The last word before a cloud is asked. Launchers on the same records each store their intent first, then look: a node
 * may go on if everything up to its own id fits. All look at the same order, so never more than fits goes on.
 */
public final class QuotaGate {

    private final Ledger ledger;

    public QuotaGate(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Whether a recorded node, whose record the ledger knows, may be launched. */
    public boolean admits(PoolSeat seat, String node) {
        var provider = seat.providerName();
        var pool = seat.pool().name();
        return fits(seat.pool().limits(), ledger.used(provider, pool), () -> ledger.usedUpTo(provider, pool, node))
                && (seat.pool().settings().ignoreProviderQuota()
                        || fits(
                                seat.provider()
                                        .facts()
                                        .map(ProviderFacts::total)
                                        .orElse(Amounts.NONE),
                                ledger.used(provider),
                                () -> ledger.usedUpTo(provider, node)));
    }

    /** The whole sum is at hand; only when it is too much the costly one decides. */
    private static boolean fits(Amounts limit, Amounts all, Supplier<Amounts> upToNode) {
        return all.fitsIn(limit) || upToNode.get().fitsIn(limit);
    }
}
