package dev.nodepool.drivers.fixed;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An inventory and nothing else. Thread-safe. */
final class StaticProvider implements Provider, Inventory {

    private final List<Host> hosts;
    private final Reach reach;

    StaticProvider(StaticSettings settings, Reach reach) {
        this.hosts = settings.hosts();
        this.reach = reach;
    }

    @Override
    public Optional<Inventory> inventory() {
        return Optional.of(this);
    }

    @Override
    public List<Host> hosts() {
        return hosts;
    }

    @Override
    public CompletableFuture<Instance.Addresses> probe(Host host) {
        return reach.probe(host);
    }

    @Override
    public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
        return CompletableFuture.failedFuture(
                new DriverException(Fault.INVALID_CONFIGURATION, "static hosts can not be created"));
    }

    /** Nothing happens to a host after use. */
    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Listing<Instance>> list() {
        return CompletableFuture.completedFuture(Listing.complete(List.of()));
    }

    @Override
    public Amounts limits() {
        return Amounts.NONE;
    }

    @Override
    public Amounts needs(String pool, String label) {
        return Amounts.NONE;
    }

    /** Attempts to reach hosts that are under way end with their time-outs, seconds from now. */
    @Override
    public void close() {}
}
