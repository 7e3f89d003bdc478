package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything one round of decisions looks at.
 *
 * @param waiting requests that nobody has taken, in any order
 * @param pools the pools of this launcher
 * @param peers all registered pools, ours among them
 * @param providers what each provider can give at most and what is taken of it
 * @param impatient requests that were left to others for long enough without effect
 * @param tenants what tenants with limits may have
 * @param fullZones by request, zones that had no room for all its nodes
 */
public record Snapshot(
        List<NodeRequest> waiting,
        List<Pool> pools,
        List<RegisteredPool> peers,
        Map<String, Capacity> providers,
        Set<String> impatient,
        Map<String, Tenant> tenants,
        Map<String, Set<String>> fullZones) {

    /**
     * Limits of a provider.
     *
     * @param most its limits less what others are certain to keep: what needs more than that is refused for good
     * @param total its limits less what others use there now
     * @param used what our nodes and promises take
     * @param freeing what nodes on their way out will give back
     */
    public record Capacity(Amounts most, Amounts total, Amounts used, Amounts freeing) {

        /** Others keep what they use. */
        public Capacity(Amounts total, Amounts used, Amounts freeing) {
            this(total, total, used, freeing);
        }

        static final Capacity UNLIMITED = new Capacity(Amounts.NONE, Amounts.NONE, Amounts.NONE);
    }

    /**
     * A tenant with limits.
     *
     * @param limits what it may have at most
     * @param free what is left of that, negative when it has more than it may
     */
    public record Tenant(Amounts limits, Amounts free) {}
}
