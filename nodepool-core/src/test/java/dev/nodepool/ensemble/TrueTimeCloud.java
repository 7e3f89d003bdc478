package dev.nodepool.ensemble;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.drivers.fake.FakeDriver;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/** The fake cloud with a clock of its own, which is right: what a launcher thinks of the time is nothing to a cloud. */
final class TrueTimeCloud implements ProviderDriver {

    private record Context(String provider, Timer timer, Executor executor) implements ProviderContext {
        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }
    }

    private final FakeDriver fake = new FakeDriver();

    @Override
    public String name() {
        return fake.name();
    }

    @Override
    public ProviderSettings parse(ConfigSection section) {
        return fake.parse(section);
    }

    @Override
    public Provider open(ProviderSettings settings, ProviderContext context) throws DriverException {
        return fake.open(settings, new Context(context.provider(), context.timer(), context.executor()));
    }
}
