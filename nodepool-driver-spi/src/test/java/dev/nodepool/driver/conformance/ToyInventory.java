package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.ProviderContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A provider that lends two machines. */
class ToyInventory extends ToyProvider implements Inventory {

    ToyInventory(ToyCloud cloud, ProviderContext context) {
        super(cloud, context);
    }

    static Host host(String pool, String name) {
        return new Host(pool, name, Access.SSH, 1, List.of("small"), true, List.of(), Duration.ofSeconds(1));
    }

    @Override
    public Optional<Inventory> inventory() {
        return Optional.of(this);
    }

    @Override
    public Optional<ImageStore> images() {
        return Optional.empty();
    }

    @Override
    public List<Host> hosts() {
        return List.of(host("main", "one"), host("main", "two"));
    }

    @Override
    public CompletableFuture<Addresses> probe(Host host) {
        return later(() -> {
            if (!hosts().contains(host)) {
                throw new DriverException(Fault.UNAVAILABLE, "no such host");
            }
            return new Addresses(host.name(), null, null, null);
        });
    }
}
