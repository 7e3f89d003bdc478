package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.view.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pool as the assigner sees it at one moment.
 *
 * @param launcherId the pool's id in the registries and in {@code declined_by}
 * @param priority lower is preferred
 * @param disabled switched off by {@code max-servers}
 * @param unavailable why nothing can be launched now at all, empty when it can
 * @param launchesLeft how many more launches {@code max-concurrency} allows, empty for no limit, negative to leave
 *     everything alone
 * @param labels what it can launch
 * @param limits the pool's own limits
 * @param used what its nodes and promises take
 * @param freeing what nodes on their way out will give back
 * @param ignoreProviderQuota whether the provider's limits do not count
 * @param ready its ready nodes that nobody has, locked or was promised
 * @param stock what it could lend when its machines exist already; empty when it launches
 * @param drained whether an operator ordered that it takes nothing new
 */
public record Pool(
        String launcherId,
        String provider,
        String name,
        int priority,
        boolean disabled,
        Optional<Reason> unavailable,
        Optional<Integer> launchesLeft,
        Map<String, Label> labels,
        Amounts limits,
        Amounts used,
        Amounts freeing,
        boolean ignoreProviderQuota,
        ReadyNodes ready,
        Optional<Stock> stock,
        boolean drained) {

    /** A pool that launches. */
    public Pool(
            String launcherId,
            String provider,
            String name,
            int priority,
            boolean disabled,
            Optional<Reason> unavailable,
            Optional<Integer> launchesLeft,
            Map<String, Label> labels,
            Amounts limits,
            Amounts used,
            Amounts freeing,
            boolean ignoreProviderQuota,
            ReadyNodes ready) {
        this(
                launcherId,
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
                ignoreProviderQuota,
                ready,
                Optional.empty(),
                false);
    }

    /**
     * A label of the pool.
     *
     * @param needs what one machine takes
     * @param state whether it could be launched, capacity apart
     */
    public record Label(Amounts needs, LabelState state) {}

    /**
     * A node that could be handed out at once.
     *
     * @param az its availability zone, null when unknown
     * @param amounts what its deletion would free
     */
    public record ReadyNode(
            String id, List<String> labels, @Nullable String az, Amounts amounts) {}
}
