package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.cloud.CloudSchema;
import dev.nodepool.driver.config.ConfigSection;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The driver {@code fake}: for trying things out, for tests and for load. Thread-safe. */
public final class FakeDriver implements ProviderDriver {

    private final Supplier<UUID> names;
    private final Supplier<RandomGenerator> chance;

    public FakeDriver() {
        this(UUID::randomUUID, SplittableRandom::new);
    }

    /**
     * For runs that are to be repeated.
     *
     * @param names of machines and images, never the same twice in any process
     * @param chance for each provider, decides about faults that come by chance
     */
    public FakeDriver(Supplier<UUID> names, Supplier<RandomGenerator> chance) {
        this.names = names;
        this.chance = chance;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public FakeSettings parse(ConfigSection section) {
        var behaviour = section.section("fake-cloud");
        var format = behaviour.flatMap(own -> own.text("image-format"));
        var cloud = CloudSchema.parse(section);
        return new FakeSettings(
                format.map(cloud::withImageFormat).orElse(cloud),
                behaviour.map(FakeCloudSchema::parse).orElse(FakeCloudSettings.DEFAULTS));
    }

    @Override
    public FakeProvider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        if (settings instanceof FakeSettings fake) {
            return FakeProvider.open(fake, context, names, chance.get());
        }
        throw new DriverException(Fault.INVALID_CONFIGURATION, "not settings of the fake driver");
    }
}
