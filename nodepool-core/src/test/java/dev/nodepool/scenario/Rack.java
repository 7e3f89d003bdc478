package dev.nodepool.scenario;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Inventory;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.drivers.fixed.StaticSchema;
import dev.nodepool.drivers.fixed.StaticSettings;
import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.keyscan.KeyScanException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hosts that a test turns on and off, with the names, keys and answers the test wants. Their driver reads the
 * configuration of the static one; everything else of it is the core's.
 */
final class Rack {

    static final String KEY = "ssh-ed25519 AAAAKEY";

    /** How long a host takes to answer that it is there, and to show its keys. */
    private static final Duration ANSWER = Duration.ofMillis(50);

    private final Timer timer;
    private final Executor executor;
    private final Set<String> down = new HashSet<>();
    private final Set<String> unresolvable = new HashSet<>();
    private final Set<String> withdrawn = new HashSet<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private final Map<String, List<String>> keys = new HashMap<>();
    private int probes;
    private int scans;
    private int created;

    Rack(Timer timer, Executor executor) {
        this.timer = timer;
        this.executor = executor;
    }

    /** From now on a host does not answer: connections to it hang. */
    void turnOff(String name) {
        down.add(name);
    }

    void turnOn(String name) {
        down.remove(name);
    }

    /** Whoever owns a host takes it away, though it is configured. */
    void withdraw(String name) {
        withdrawn.add(name);
        List.copyOf(listeners).forEach(Runnable::run);
    }

    void giveBack(String name) {
        withdrawn.remove(name);
        List.copyOf(listeners).forEach(Runnable::run);
    }

    void unresolvable(String name) {
        unresolvable.add(name);
    }

    void shows(String name, String... hostKeys) {
        keys.put(name, List.of(hostKeys));
    }

    int probes() {
        return probes;
    }

    int scans() {
        return scans;
    }

    /** How often somebody wanted to create or delete a machine here. */
    int created() {
        return created;
    }

    ProviderDriver driver(BooleanSupplier alive, Probe probe) {
        return new ProviderDriver() {
            @Override
            public String name() {
                return "static";
            }

            @Override
            public ProviderSettings parse(ConfigSection section) {
                return StaticSchema.parse(section);
            }

            @Override
            public Provider open(ProviderSettings settings, ProviderContext context) {
                return new Hosts((StaticSettings) settings, alive, probe);
            }
        };
    }

    /** @param others scans what is no host of the rack */
    HostKeys keys(BooleanSupplier alive, Probe probe, HostKeys others) {
        return (endpoint, limit) -> !endpoint.address().matches("h\\d+")
                ? others.scan(endpoint, limit)
                : call(alive, probe, "scan", () -> {
                    scans++;
                    return down.contains(endpoint.address())
                            ? failed(new KeyScanException("no answer from " + endpoint, null), limit)
                            : later(keys.getOrDefault(endpoint.address(), List.of(KEY)), ANSWER);
                });
    }

    /** A launcher that is dead asks nothing and hears nothing. */
    private <T> CompletableFuture<T> call(
            BooleanSupplier alive, Probe probe, String name, Supplier<CompletableFuture<T>> action) {
        var mine = new CompletableFuture<T>();
        if (!alive.getAsBoolean()) {
            return mine;
        }
        probe.reached(name, true);
        if (!alive.getAsBoolean()) {
            return mine;
        }
        var answer = action.get();
        probe.reached(name, false);
        answer.whenComplete((value, failure) -> {
            if (alive.getAsBoolean() && failure == null) {
                mine.complete(value);
            } else if (alive.getAsBoolean()) {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private <T> CompletableFuture<T> later(T value, Duration delay) {
        var answer = new CompletableFuture<T>();
        timer.after(delay, () -> answer.complete(value));
        return answer;
    }

    private <T> CompletableFuture<T> failed(Exception failure, Duration delay) {
        var answer = new CompletableFuture<T>();
        timer.after(delay, () -> executor.execute(() -> answer.completeExceptionally(failure)));
        return answer;
    }

    private final class Hosts implements Provider, Inventory {

        private final StaticSettings settings;
        private final BooleanSupplier alive;
        private final Probe probe;

        Hosts(StaticSettings settings, BooleanSupplier alive, Probe probe) {
            this.settings = settings;
            this.alive = alive;
            this.probe = probe;
        }

        @Override
        public Optional<Inventory> inventory() {
            return Optional.of(this);
        }

        @Override
        public List<Host> hosts() {
            return settings.hosts().stream()
                    .filter(host -> !withdrawn.contains(host.name()))
                    .toList();
        }

        @Override
        public void onChange(Runnable changed) {
            listeners.add(changed);
        }

        @Override
        public CompletableFuture<Addresses> probe(Host host) {
            return call(alive, probe, "probe", () -> {
                probes++;
                if (unresolvable.contains(host.name())) {
                    return failed(new DriverException(Fault.UNAVAILABLE, "unknown name"), ANSWER);
                }
                return host.checked() && down.contains(host.name())
                        ? failed(new DriverException(Fault.UNAVAILABLE, "it does not answer"), host.timeout())
                        : later(new Addresses(host.name(), "192.0.2.7", null, null), ANSWER);
            });
        }

        @Override
        public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
            created++;
            return CompletableFuture.failedFuture(new AssertionError("nothing is created here"));
        }

        @Override
        public CompletableFuture<Void> delete(ExternalId id) {
            created++;
            return CompletableFuture.failedFuture(new AssertionError("nothing is deleted here"));
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

        @Override
        public void close() {}
    }
}
