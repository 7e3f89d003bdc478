package dev.nodepool.driver.openstack;

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
import dev.nodepool.driver.cloud.CloudLabel;
import dev.nodepool.driver.cloud.CloudPool;
import dev.nodepool.driver.cloud.CloudSettings;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Clients;
import dev.nodepool.driver.openstack.rest.OpenStack4j;
import dev.nodepool.driver.openstack.rest.Rest;
import dev.nodepool.driver.openstack.rest.Service;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A project in an OpenStack cloud. Thread-safe. */
final class OpenStackProvider implements Provider {

    private static final Logger LOG = System.getLogger(OpenStackProvider.class.getName());

    private static final Call LIST = Call.get(Service.COMPUTE, "servers.detail", "/servers/detail");
    private static final Duration LIST_EVERY = Duration.ofSeconds(1);

    /** The shared listing gets at most this part of the calls that the rate allows. */
    private static final int LISTING_SHARE = 4;

    private final String name;
    private final Compute compute;
    private final Lookups lookups;
    private final ServerOrders orders;
    private final Paced<Server> servers;
    private final FloatingIps floatingIps;
    private final Volumes volumes;
    private final Leftovers leftovers;
    private final ProviderContext context;
    private final Shown shown;
    private final ImageStore images;
    private final OpenStack4j openStack4j;

    /** Who waits for one holds a thread of the provider, and some must be left for time to go on. */
    private final Semaphore consoles = new Semaphore(4);

    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param clients shared with other providers
     * @param ipv6 whether this host can reach IPv6 addresses
     */
    OpenStackProvider(CloudSettings settings, CloudEntry cloud, Clients clients, ProviderContext context, boolean ipv6)
            throws DriverException {
        this.context = context;
        name = context.provider();
        var distance = Duration.ofNanos((long) (settings.rate() * 1e9));
        var rest = new Rest(cloud, clients, distance, context);
        var share = distance.multipliedBy(LISTING_SHARE);
        openStack4j = new OpenStack4j(rest);
        images = new Glance(rest, cloud, context, settings.imageUploadTimeout());
        compute = new Compute(rest);
        lookups = new Lookups(rest, compute, context.clock());
        orders = new ServerOrders(name, settings, cloud, lookups, compute);
        var interval = share.compareTo(LIST_EVERY) > 0 ? share : LIST_EVERY;
        servers = new Paced<>(context, interval, this::listServers);
        var neutron = new Neutron(rest, context, interval);
        floatingIps = new FloatingIps(settings, cloud, lookups, neutron, servers, context);
        volumes = new Volumes(rest, context.clock(), bootsFromVolumes(settings));
        leftovers = new Leftovers(
                new DownPorts(neutron, context.clock(), settings.portCleanupInterval()),
                new StrayFloatingIps(neutron, context.clock(), floatingIps.wanted(), settings.cleanFloatingIps()),
                volumes);
        shown = new Shown(cloud, lookups, volumes, ipv6);
    }

    private static boolean bootsFromVolumes(CloudSettings settings) {
        return settings.pools().stream().flatMap(pool -> pool.labels().stream()).anyMatch(CloudLabel::bootFromVolume);
    }

    private CompletableFuture<Listing<Server>> listServers() {
        return Pages.read(compute::call, LIST, "servers").thenApply(pages -> {
            var listing = new Listing<>(pages.items().stream().map(Server::of).toList(), pages.complete());
            floatingIps.retain(listing);
            return listing;
        });
    }

    /** What a server that is up lacks before it is a machine. */
    private CompletableFuture<Server> finished(CloudPool pool, LaunchSpec spec, Server server) {
        var marked = pool.label(spec.label()).filter(CloudLabel::bootFromVolume).isPresent()
                ? volumes.mark(server, spec)
                : CompletableFuture.completedFuture(server);
        return marked.thenCompose(up -> floatingIps.give(pool, spec, up));
    }

    @Override
    public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
        CloudPool pool;
        try {
            pool = orders.pool(spec.pool());
        } catch (DriverException unknown) {
            return CompletableFuture.failedFuture(unknown);
        }
        var server = new Creation(
                        compute,
                        servers,
                        lookups,
                        context.clock(),
                        spec,
                        id -> {
                            floatingIps.hasNone(id.toString());
                            onExternalId.accept(id);
                        },
                        up -> finished(pool, spec, up))
                .start(orders);
        return counted(server, server.thenApply(shown::instance));
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        var deletion = new Deletion(compute, servers, id.toString()).start(floatingIps);
        return counted(deletion, deletion.thenAccept(x -> {}));
    }

    @Override
    public CompletableFuture<Listing<Instance>> list() {
        return servers.next()
                .thenCombine(
                        volumes.known(),
                        (all, sizes) -> new Listing<>(
                                all.items().stream()
                                        .filter(server -> !server.gone())
                                        .map(shown::instance)
                                        .toList(),
                                all.complete()));
    }

    @Override
    public CompletableFuture<Listing<LeakableResource>> resources() {
        return leftovers.list();
    }

    @Override
    public CompletableFuture<Void> deleteResource(LeakableResource resource) {
        return leftovers.delete(resource);
    }

    @Override
    public Amounts limits() throws DriverException {
        return Waiting.get(lookups.computeLimits().thenCombine(volumes.limits(), Amounts::tighter));
    }

    @Override
    public Amounts needs(String pool, String label) throws DriverException {
        return Waiting.get(orders.needs(orders.label(pool, label)));
    }

    @Override
    public List<String> zones() throws DriverException {
        return Waiting.get(lookups.zones());
    }

    @Override
    public LabelState labelState(String pool, String label) throws DriverException {
        var settings = orders.label(pool, label);
        try {
            Waiting.get(orders.flavor(settings));
        } catch (DriverException e) {
            if (e.fault() == Fault.INVALID_CONFIGURATION) {
                return LabelState.broken(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        return Waiting.get(orders.imageTrouble(settings))
                .map(trouble -> trouble.fault() == Fault.NOT_FOUND
                        ? LabelState.notNow(String.valueOf(trouble.getMessage()))
                        : LabelState.broken(String.valueOf(trouble.getMessage())))
                .orElse(LabelState.READY);
    }

    @Override
    public Optional<String> consoleLog(ExternalId id) throws DriverException {
        if (!consoles.tryAcquire()) {
            LOG.log(Level.DEBUG, "the console of {0} is not fetched: too many others are", id);
            return Optional.empty();
        }
        try {
            return Optional.of(openStack4j.console(id.toString()));
        } catch (DriverException e) {
            if (e.fault() == Fault.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } finally {
            consoles.release();
        }
    }

    @Override
    public Optional<ImageStore> images() {
        return Optional.of(images);
    }

    /** Passes a cancellation on, and counts what is under way. */
    private <T> CompletableFuture<T> counted(CompletableFuture<?> work, CompletableFuture<T> answer) {
        underWay.incrementAndGet();
        answer.whenComplete((value, failure) -> {
            underWay.decrementAndGet();
            work.cancel(true);
        });
        return answer;
    }

    @Override
    public void close() {
        var unfinished = underWay.get();
        if (unfinished > 0) {
            LOG.log(Level.INFO, "provider {0} closed with {1} calls under way", name, unfinished);
        }
    }
}
