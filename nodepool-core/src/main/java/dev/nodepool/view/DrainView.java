package dev.nodepool.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order that a provider, or one of its pools, takes nothing new.
 *
 * @param pool null for all pools of the provider
 * @param since when it was given
 * @param by host it was given on
 * @param readyNodesToo whether ready nodes that nobody has are deleted as well
 */
public record DrainView(String provider, @Nullable String pool, Instant since, String by, boolean readyNodesToo) {

    /** Whether it is about a pool. */
    public boolean covers(String providerName, @Nullable String poolName) {
        return provider.equals(providerName) && (pool == null || pool.equals(poolName));
    }

    /** The provider, or provider and pool with a slash between them. */
    public String target() {
        return pool == null ? provider : provider + "/" + pool;
    }
}
