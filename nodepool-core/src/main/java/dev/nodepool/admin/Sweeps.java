package dev.nodepool.admin;

import dev.nodepool.internal.recycle.SweepOrders;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.view.SweepView;
import java.time.InstantSource;
import java.util.List;

/**
 * The search for things in clouds that no node record knows, as launchers do it, seen and steered through ZooKeeper. An
 * order waits for the next sweep of its provider. Thread-safe.
 */
public final class Sweeps {

    private final Connection connection;

    Sweeps(Connection connection) {
        this.connection = connection;
    }

    /** How it stands at each provider that was ever swept, by name. */
    public List<SweepView> all() {
        return connection.await(SweepOrders.all(connection.tree()));
    }

    /**
     * Orders that everything that is held back at a provider at this moment is deleted. Covers nothing that comes later.
     *
     * @return what is held back, and so is covered
     * @throws AdminException when nothing is held back there
     */
    public SweepView confirm(String provider) {
        var now = InstantSource.system().instant().toEpochMilli() / 1e3;
        return connection.await(SweepOrders.confirm(connection.tree(), provider, Host.name(), now));
    }
}
