package dev.nodepool.driver.conformance;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Instance.Placement;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A cloud in memory that outlives its providers. */
final class ToyCloud {

    static final int SIZE = 10;

    final Map<ExternalId, Instance> machines = new ConcurrentHashMap<>();
    final Map<ExternalId, LeakableResource> volumes = new ConcurrentHashMap<>();
    final Map<ExternalId, StoredImage> images = new ConcurrentHashMap<>();

    /** How creations are refused now, empty for not at all. */
    volatile Optional<Exception> refusal = Optional.empty();

    /** A machine that is not up yet, with a volume that nobody deletes with it. */
    Instance make(LaunchSpec spec) {
        var machine = new Instance(
                new ExternalId(UUID.randomUUID().toString()),
                false,
                spec.metadata(),
                Amounts.of(Amounts.INSTANCES, 1),
                Addresses.NONE,
                new Placement(null, null, spec.zone().orElse("a"), null, null),
                Optional.empty(),
                Optional.empty(),
                null);
        machines.put(machine.id(), machine);
        var volume = new ExternalId("volume-of-" + machine.id());
        volumes.put(volume, new LeakableResource("volumes", volume, spec.metadata()));
        return machine;
    }

    /** Brings it up, if it is still there. */
    Optional<Instance> boot(ExternalId id) {
        return Optional.ofNullable(machines.computeIfPresent(
                id, (same, m) -> changed(m, true, m.metadata(), new Addresses("10.0.0.1", null, "10.0.0.1", null))));
    }

    static Instance changed(Instance m, boolean usable, Map<String, String> metadata, Addresses addresses) {
        return new Instance(
                m.id(),
                usable,
                metadata,
                m.amounts(),
                addresses,
                m.placement(),
                m.access(),
                m.hostKeys(),
                m.driverData());
    }

    List<Instance> all() {
        return List.copyOf(machines.values());
    }
}
