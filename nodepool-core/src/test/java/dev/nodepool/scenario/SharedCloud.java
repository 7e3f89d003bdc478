package dev.nodepool.scenario;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderSettings;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.config.ConfigSection;
import dev.nodepool.drivers.fake.FakeDriver;
import dev.nodepool.drivers.fake.FakeProvider;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Fake clouds that outlive the launchers: each provider name is one cloud, however many launchers have it open. */
final class SharedCloud {

    private record Context(String provider, InstantSource clock, Timer timer, Executor executor)
            implements ProviderContext {}

    private final InstantSource clock;
    private final Timer timer;
    private final Executor executor;
    private final FakeDriver fake;
    private final Map<String, FakeProvider> clouds = new LinkedHashMap<>();
    private final Map<String, ProviderSettings> settings = new HashMap<>();
    private final Map<String, Integer> opened = new TreeMap<>();
    private final Map<String, Integer> closed = new TreeMap<>();
    private final Map<String, Amounts> limits = new HashMap<>();
    private final Map<String, List<String>> zones = new HashMap<>();
    private final Map<String, String> broken = new HashMap<>();
    final Extras extras = new Extras();
    private int callsAfterClose;
    private final Map<String, Integer> calls = new TreeMap<>();
    private int mostInstances;
    private int overbooked;

    SharedCloud(InstantSource clock, Timer timer, Executor executor) {
        this(clock, timer, executor, new FakeDriver());
    }

    SharedCloud(InstantSource clock, Timer timer, Executor executor, FakeDriver fake) {
        this.fake = fake;
        this.clock = clock;
        this.timer = timer;
        this.executor = executor;
    }

    /** The cloud of a provider that some launcher has opened. */
    FakeProvider cloud(String provider) {
        var cloud = clouds.get(provider);
        if (cloud == null) {
            throw new AssertionError("nobody has opened " + provider + " yet");
        }
        return cloud;
    }

    List<FakeProvider> all() {
        return List.copyOf(clouds.values());
    }

    /** From the next time it is asked, a cloud says that it can give no more than this. */
    void limit(String provider, Amounts limit) {
        limits.put(provider, limit);
    }

    /** From the next time it is asked, a cloud names these zones, whatever zones it has. */
    void zones(String provider, List<String> names) {
        zones.put(provider, names);
    }

    /** How often all launchers together called an operation: create, delete, list, limits or console. */
    int calls(String operation) {
        return calls.getOrDefault(operation, 0);
    }

    /** How often a provider was opened. */
    int opened(String provider) {
        return opened.getOrDefault(provider, 0);
    }

    /** How often a provider was closed. */
    int closed(String provider) {
        return closed.getOrDefault(provider, 0);
    }

    /** Calls on a provider that was closed before, except by launchers that are dead. */
    int callsAfterClose() {
        return callsAfterClose;
    }

    /** From now on a provider can not be opened. */
    void breakOpening(String provider, String why) {
        broken.put(provider, why);
    }

    void mendOpening(String provider) {
        broken.remove(provider);
    }

    /** The most instances that one cloud was seen with. */
    int mostInstances() {
        return mostInstances;
    }

    /** How often a machine was asked for that did not fit, or was said not to. */
    int overbooked() {
        return overbooked;
    }

    /** A driver for one launcher: a dead one calls nothing any more and hears of nothing. */
    ProviderDriver driver(BooleanSupplier alive, Probe probe) {
        return new ProviderDriver() {
            @Override
            public String name() {
                return fake.name();
            }

            @Override
            public ProviderSettings parse(ConfigSection section) {
                return fake.parse(section);
            }

            @Override
            public Provider open(ProviderSettings wanted, ProviderContext context) throws DriverException {
                var name = context.provider();
                if (broken.containsKey(name)) {
                    throw new DriverException(Fault.INVALID_CONFIGURATION, broken.get(name));
                }
                opened.merge(name, 1, Integer::sum);
                return new Connection(name, connect(name, wanted), alive, probe);
            }
        };
    }

    /** With other settings it is the same cloud only when they name a file that holds it. */
    private FakeProvider connect(String name, ProviderSettings wanted) throws DriverException {
        var cloud = clouds.get(name);
        if (cloud == null || !wanted.equals(settings.get(name))) {
            cloud = fake.open(wanted, new Context(name, clock, timer, executor));
            clouds.put(name, cloud);
            settings.put(name, wanted);
        }
        return cloud;
    }

    private final class Connection implements Provider {

        private final String name;
        private final FakeProvider cloud;
        private final BooleanSupplier alive;
        private final Probe probe;
        private boolean over;

        Connection(String name, FakeProvider cloud, BooleanSupplier alive, Probe probe) {
            this.name = name;
            this.cloud = cloud;
            this.alive = alive;
            this.probe = probe;
        }

        @Override
        public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
            return call(
                    "create",
                    () -> cloud.create(spec, id -> {
                        if (alive.getAsBoolean()) {
                            onExternalId.accept(id);
                        }
                    }));
        }

        @Override
        public CompletableFuture<Void> delete(ExternalId id) {
            return call(
                    "delete",
                    () -> extras.deleting(id)
                            .thenCompose(x ->
                                    extras.lingers(id) ? CompletableFuture.completedFuture(null) : cloud.delete(id)));
        }

        @Override
        public CompletableFuture<Listing<LeakableResource>> resources() {
            return call("resources", () -> extras.list(name));
        }

        @Override
        public CompletableFuture<Void> deleteResource(LeakableResource resource) {
            return call("deleteResource", () -> extras.delete(name, resource));
        }

        @Override
        public CompletableFuture<Listing<Instance>> list() {
            return call(
                    "list",
                    () -> cloud.list()
                            .thenApply(all -> extras.machinesCutShort() ? Listing.partial(all.items()) : all));
        }

        private <T> CompletableFuture<T> call(String name, java.util.function.Supplier<CompletableFuture<T>> call) {
            var mine = new CompletableFuture<T>();
            if (!alive.getAsBoolean()) {
                return mine;
            }
            probe.reached(name, true);
            if (!alive.getAsBoolean()) {
                return mine;
            }
            calls.merge(name, 1, Integer::sum);
            callsAfterClose += over ? 1 : 0;
            var answer = call.get();
            probe.reached(name, false);
            mine.whenComplete((x, failure) -> {
                if (mine.isCancelled()) {
                    answer.cancel(true);
                }
            });
            answer.handle(tell(mine));
            return mine;
        }

        private <T> BiFunction<T, Throwable, Void> tell(CompletableFuture<T> mine) {
            return (value, failure) -> {
                count();
                if (failure != null && DriverException.from(failure).fault() == Fault.QUOTA_EXCEEDED) {
                    overbooked++;
                }
                if (!alive.getAsBoolean()) {
                    return null;
                }
                if (failure == null) {
                    mine.complete(value);
                } else {
                    mine.completeExceptionally(DriverException.from(failure));
                }
                return null;
            };
        }

        private void count() {
            cloud.list()
                    .thenAccept(all ->
                            mostInstances = Math.max(mostInstances, all.items().size()));
        }

        @Override
        public Optional<ImageStore> images() {
            var store = cloud.images().orElseThrow();
            return Optional.of(new ImageStore() {
                @Override
                public CompletableFuture<ExternalId> upload(ImageUpload upload, LongConsumer sent) {
                    return call("upload " + name, () -> store.upload(upload, sent));
                }

                @Override
                public CompletableFuture<Listing<StoredImage>> list() {
                    return call("image-list " + name, store::list);
                }

                @Override
                public CompletableFuture<Void> delete(ExternalId id) {
                    return call("image-delete " + name, () -> store.delete(id));
                }
            });
        }

        @Override
        public Amounts limits() throws DriverException {
            calls.merge("limits", 1, Integer::sum);
            var limit = limits.getOrDefault(name, Amounts.NONE);
            return cloud.limits().tighter(limit);
        }

        @Override
        public Amounts needs(String pool, String label) throws DriverException {
            return cloud.needs(pool, label);
        }

        @Override
        public List<String> zones() {
            return zones.getOrDefault(name, cloud.zones());
        }

        @Override
        public LabelState labelState(String pool, String label) throws DriverException {
            return cloud.labelState(pool, label);
        }

        @Override
        public Optional<String> consoleLog(ExternalId id) {
            calls.merge("console", 1, Integer::sum);
            return cloud.consoleLog(id).map(text -> text + "login:\u001b[2J\n");
        }

        @Override
        public void close() {
            over = true;
            closed.merge(name, 1, Integer::sum);
        }
    }
}
