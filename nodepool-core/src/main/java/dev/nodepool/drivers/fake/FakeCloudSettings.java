package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the fake cloud behaves: the mapping {@code fake-cloud} of a provider. Immutable.
 *
 * @param bootTime from the create call to a usable instance
 * @param deleteTime from the delete call until the instance is gone
 * @param limits what the whole cloud has; a name that is absent is unlimited
 * @param faults what goes wrong
 * @param address where all instances are reached, so that they have to be scanned; empty for the word {@code fake} and
 *     a key that the driver tells
 * @param state file that holds the cloud, so that several processes share it and it outlives them; empty to keep it in
 *     the memory of one provider
 */
public record FakeCloudSettings(
        Duration bootTime,
        Duration deleteTime,
        Amounts limits,
        List<FaultRule> faults,
        Optional<String> address,
        Optional<Path> state) {

    /** What the fake cloud of Python Nodepool has. */
    public static final FakeCloudSettings DEFAULTS = new FakeCloudSettings(
            Duration.ofMillis(100),
            Duration.ZERO,
            limits(20, 100, 1_000_000),
            List.of(),
            Optional.empty(),
            Optional.empty());

    public FakeCloudSettings {
        faults = List.copyOf(faults);
    }

    /**
     * Limits of a cloud; -1 stands for unlimited.
     *
     * @param ram MiB
     */
    public static Amounts limits(long instances, long cores, long ram) {
        var limits = new TreeMap<>(Map.of(Amounts.VOLUMES, 100L, Amounts.VOLUME_GB, 1_000_000L));
        Map.of(Amounts.INSTANCES, instances, Amounts.CORES, cores, Amounts.RAM, ram)
                .forEach((name, limit) -> {
                    if (limit >= 0) {
                        limits.put(name, limit);
                    }
                });
        return new Amounts(limits);
    }

    public FakeCloudSettings withTimes(Duration boot, Duration delete) {
        return new FakeCloudSettings(boot, delete, limits, faults, address, state);
    }

    public FakeCloudSettings withLimits(Amounts newLimits) {
        return new FakeCloudSettings(bootTime, deleteTime, newLimits, faults, address, state);
    }

    public FakeCloudSettings withFaults(List<FaultRule> newFaults) {
        return new FakeCloudSettings(bootTime, deleteTime, limits, newFaults, address, state);
    }

    public FakeCloudSettings withState(Path file) {
        return new FakeCloudSettings(bootTime, deleteTime, limits, faults, address, Optional.of(file));
    }
}
