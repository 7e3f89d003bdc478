package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What can leak beside servers. */
record Leftovers(DownPorts ports, StrayFloatingIps floatingIps, Volumes volumes) {

    /** Complete only when all kinds are; one that can not be listed makes it fail. */
    CompletableFuture<Listing<LeakableResource>> list() {
        var lists = List.of(ports.list(), floatingIps.list(), volumes.list());
        return CompletableFuture.allOf(lists.toArray(CompletableFuture[]::new)).thenApply(x -> {
            var all = new ArrayList<LeakableResource>();
            lists.forEach(list -> all.addAll(list.join().items()));
            return new Listing<>(
                    all, lists.stream().allMatch(list -> list.join().complete()));
        });
    }

    CompletableFuture<Void> delete(LeakableResource resource) {
        var id = resource.id().toString();
        return switch (resource.kind()) {
            case DownPorts.KIND -> ports.delete(id);
            case StrayFloatingIps.KIND -> floatingIps.delete(resource);
            case Volumes.KIND -> volumes.delete(id);
            default ->
                CompletableFuture.failedFuture(
                        new DriverException(Fault.UNEXPECTED, "nothing of the kind " + resource.kind()));
        };
    }
}
