package dev.nodepool.internal.quota;

import dev.nodepool.driver.Amounts;
import dev.nodepool.model.Node;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one node takes, from whom.
 *
 * @param tenant the tenant that is charged, null for none
 */
public record Use(String provider, String pool, @Nullable String tenant, Amounts amounts) {

    /**
     * The use that a record stands for, in whatever state it is; empty when it names no provider.
     *
     * @param ifUnknown what to assume when the record does not tell
     */
    public static Optional<Use> of(Node node, Amounts ifUnknown) {
        var provider = node.provider();
        if (provider == null) {
            return Optional.empty();
        }
        var pool = node.pool() == null ? "" : node.pool();
        return Optional.of(
                new Use(provider, pool, node.tenant(), node.resources().orElse(ifUnknown)));
    }
}
