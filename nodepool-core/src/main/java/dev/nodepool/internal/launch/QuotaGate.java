package dev.nodepool.internal.launch;

import dev.nodepool.driver.Amounts;
import dev.nodepool.internal.provider.ProviderFacts;
import dev.nodepool.internal.quota.Ledger;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The last word before a cloud is asked. Launchers on the same records each store their intent first, then look: a node
 * may go on if everything up to its own id fits. All look at the same order, so never more than fits goes on.
 */
public final class QuotaGate {

    private final Ledger ledger;

    public QuotaGate(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Whether a recorded node, whose record the ledger knows, may be launched.
     *
     * @param needs what it takes; of what it takes nothing, others may have too much
     */
    public boolean admits(PoolSeat seat, String node, Amounts needs) {
        var provider = seat.providerName();
        var pool = seat.pool().name();
        return fits(
                        needs,
                        seat.pool().limits(),
                        ledger.used(provider, pool),
                        () -> ledger.usedUpTo(provider, pool, node))
                && (seat.pool().settings().ignoreProviderQuota()
                        || fits(
                                needs,
                                seat.provider()
                                        .facts()
                                        .map(ProviderFacts::total)
                                        .orElse(Amounts.NONE),
                                ledger.used(provider),
                                () -> ledger.usedUpTo(provider, node)));
    }

    /** The whole sum is at hand; only when it is too much the costly one decides. */
    static boolean fits(Amounts needs, Amounts limit, Amounts all, Supplier<Amounts> upToNode) {
        var names = needs.byName().entrySet().stream()
                .filter(need -> need.getValue() > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        var asked = limit.only(names);
        return all.fitsIn(asked) || upToNode.get().fitsIn(asked);
    }
}
