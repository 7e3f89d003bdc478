package dev.nodepool.drivers.fake;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Instance.Placement;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.drivers.fake.FakeServer.Status;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A provider in the fake cloud. Thread-safe. Only {@link #limits} can block, and only when a fault says so. */
public final class FakeProvider implements Provider {

    private static final Logger LOG = System.getLogger(FakeProvider.class.getName());
    private static final List<String> HOST_KEYS = List.of("ssh-rsa FAKEKEY");

    private final FakeSettings settings;
    private final String name;
    private final ServerOrders orders;
    private final FakeCloud cloud;
    private final ImageStore images;
    private final InstantSource clock;

    private FakeProvider(
            FakeSettings settings,
            ProviderContext context,
            CloudStore store,
            Supplier<UUID> names,
            RandomGenerator chance) {
        var faults = new FaultPlan(settings.behaviour().faults(), chance);
        this.settings = settings;
        this.name = context.provider();
        this.orders =
                new ServerOrders(name, settings.cloud(), settings.behaviour().address());
        this.cloud = new FakeCloud(settings.behaviour(), store, faults, context.clock(), context.timer(), names);
        this.images = new FakeImages(cloud, context.executor(), names);
        this.clock = context.clock();
    }

    static FakeProvider open(
            FakeSettings settings, ProviderContext context, Supplier<UUID> names, RandomGenerator chance)
            throws DriverException {
        return new FakeProvider(settings, context, store(settings.behaviour(), context), names, chance);
    }

    private static CloudStore store(FakeCloudSettings behaviour, ProviderContext context) throws DriverException {
        if (behaviour.state().isEmpty()) {
            return new MemoryStore(context.executor());
        }
        try {
            return new StateFile(behaviour.state().get(), context.timer(), context.executor());
        } catch (IOException failure) {
            var text = "state of the fake cloud: " + failure.getMessage();
            throw new DriverException(Fault.INVALID_CONFIGURATION, text, null, failure);
        }
    }

    /** The faults of this provider, for tests that order them while it runs. */
    public FaultPlan faults() {
        return cloud.faults();
    }

    @Override
    public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
        ServerOrder order;
        try {
            order = orders.order(spec);
        } catch (DriverException invalid) {
            return CompletableFuture.failedFuture(invalid);
        }
        var server = cloud.create(order, id -> onExternalId.accept(new ExternalId(id)));
        var instance = server.thenApply(this::shown);
        instance.whenComplete((result, failure) -> server.cancel(false));
        return instance;
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        return cloud.delete(id.toString());
    }

    @Override
    public CompletableFuture<Listing<Instance>> list() {
        var servers = cloud.list();
        var listing = servers.thenApply(
                all -> Listing.complete(all.stream().map(this::shown).toList()));
        listing.whenComplete((result, failure) -> servers.cancel(false));
        return listing;
    }

    @Override
    public Amounts limits() throws DriverException {
        return cloud.limits();
    }

    @Override
    public Amounts needs(String pool, String label) throws DriverException {
        return orders.needs(orders.label(pool, label));
    }

    @Override
    public List<String> zones() {
        return FakeCloud.ZONES;
    }

    @Override
    public LabelState labelState(String pool, String label) throws DriverException {
        return orders.flavor(orders.label(pool, label)).isPresent()
                ? LabelState.READY
                : LabelState.broken("the cloud has no flavor that fits the label");
    }

    @Override
    public Optional<String> consoleLog(ExternalId id) {
        return Optional.of("console of the fake instance " + id + "\n");
    }

    @Override
    public Optional<ImageStore> images() {
        return Optional.of(images);
    }

    @Override
    public void close() {
        var unfinished = cloud.close();
        if (unfinished > 0) {
            LOG.log(Level.INFO, "provider {0} closed with {1} calls under way", name, unfinished);
        }
    }

    private Optional<List<String>> hostKeys(FakeServer server) {
        if (server.hostKeys()) {
            return Optional.of(HOST_KEYS);
        }
        return settings.behaviour().address().isPresent() ? Optional.empty() : Optional.of(List.of());
    }

    private Instance shown(FakeServer server) {
        var active = server.statusAt(clock.millis()) == Status.ACTIVE;
        var place = new Placement(
                settings.cloud().cloud().orElse(null),
                settings.cloud().regionName().orElse(null),
                server.zone(),
                "fake",
                server.name());
        return new Instance(
                new ExternalId(server.id()),
                active,
                server.metadata(),
                server.amounts(),
                active ? server.addresses() : Addresses.NONE,
                place,
                Optional.empty(),
                hostKeys(server),
                null);
    }
}
