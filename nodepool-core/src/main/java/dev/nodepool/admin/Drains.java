package dev.nodepool.admin;

import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.store.DrainOrders;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.view.DrainView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders that providers or pools take nothing new, until they are taken back. They hold for all launchers of this kind,
 * also those that start later; those of Python do not know them. Thread-safe.
 */
public final class Drains {

    private final Connection connection;

    Drains(Connection connection) {
        this.connection = connection;
    }

    /** The orders in force, by provider and pool. */
    public List<DrainView> all() {
        return connection.await(DrainOrders.all(connection.tree()));
    }

    /**
     * Lets a provider or a pool take nothing new. Given again it is replaced.
     *
     * @param pool null for all pools of the provider
     * @param readyNodesToo whether ready nodes that nobody has are deleted, now and later
     */
    public void drain(String provider, @Nullable String pool, boolean readyNodesToo) {
        check(provider);
        if (pool != null) {
            check(pool);
        }
        connection.await(DrainOrders.give(
                connection.tree(),
                provider,
                pool,
                Host.name(),
                connection.threads().now(),
                readyNodesToo));
    }

    /**
     * Takes an order back, if there is one.
     *
     * @param pool null for that about the provider; those about its single pools stay
     */
    public void undo(String provider, @Nullable String pool) {
        check(provider);
        if (pool != null) {
            check(pool);
        }
        connection.await(DrainOrders.takeBack(connection.tree(), provider, pool));
    }

    private static void check(String name) {
        if (!Paths.isName(name)) {
            throw new AdminException("\"" + name + "\" can not be the name of a provider or pool");
        }
    }
}
