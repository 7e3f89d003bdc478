package dev.nodepool.scenario;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.Listing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What the clouds hold beside machines, and what can not be deleted there. */
final class Extras {

    /** How the listing of resources goes. */
    enum Answer {
        COMPLETE,
        CUT_SHORT,
        FAILING
    }

    private final Map<String, Map<ExternalId, LeakableResource>> resources = new LinkedHashMap<>();
    private final Set<String> stuck = new HashSet<>();
    private final Set<String> lingering = new HashSet<>();
    private final List<String> deletions = new ArrayList<>();
    private Answer answer = Answer.COMPLETE;
    private boolean machinesCutShort;

    void put(String provider, LeakableResource resource) {
        resources.computeIfAbsent(provider, p -> new LinkedHashMap<>()).put(resource.id(), resource);
    }

    List<LeakableResource> at(String provider) {
        return List.copyOf(resources.getOrDefault(provider, Map.of()).values());
    }

    void answer(Answer now) {
        answer = now;
    }

    /** Whether lists of machines leave something out. */
    void machinesCutShort(boolean cut) {
        machinesCutShort = cut;
    }

    boolean machinesCutShort() {
        return machinesCutShort;
    }

    /** From now on a thing can not be deleted. */
    void stick(String id) {
        stuck.add(id);
    }

    /** From now on the cloud says that a machine is gone and lists it all the same. */
    void linger(String id) {
        lingering.add(id);
    }

    boolean lingers(ExternalId id) {
        return lingering.contains(id.toString());
    }

    void loosen() {
        lingering.clear();
        stuck.clear();
    }

    /** Ids of everything whose deletion was asked for, in order. */
    List<String> deletions() {
        return List.copyOf(deletions);
    }

    CompletableFuture<Listing<LeakableResource>> list(String provider) {
        return switch (answer) {
            case COMPLETE -> CompletableFuture.completedFuture(Listing.complete(at(provider)));
            case CUT_SHORT -> CompletableFuture.completedFuture(Listing.partial(at(provider)));
            case FAILING ->
                CompletableFuture.failedFuture(new DriverException(Fault.UNAVAILABLE, "no list of resources"));
        };
    }

    /** @return fails when the thing can not be deleted */
    CompletableFuture<Void> deleting(ExternalId id) {
        deletions.add(id.toString());
        return stuck.contains(id.toString())
                ? CompletableFuture.failedFuture(new DriverException(Fault.UNEXPECTED, id + " is stuck"))
                : CompletableFuture.completedFuture(null);
    }

    CompletableFuture<Void> delete(String provider, LeakableResource resource) {
        return deleting(resource.id())
                .thenRun(() -> resources.getOrDefault(provider, Map.of()).remove(resource.id()));
    }
}
