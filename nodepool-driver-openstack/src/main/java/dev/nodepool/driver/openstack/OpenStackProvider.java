package dev.nodepool.driver.openstack;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LabelState;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.cloud.CloudSettings;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.rest.Rest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A project in an OpenStack cloud. Thread-safe. */
final class OpenStackProvider implements Provider {

    private static final Logger LOG = System.getLogger(OpenStackProvider.class.getName());

    private static final Duration LIST_EVERY = Duration.ofSeconds(1);

    /** The shared listing gets at most this part of the calls that the rate allows. */
    private static final int LISTING_SHARE = 4;

    private final String name;
    private final Compute compute;
    private final Lookups lookups;
    private final ServerOrders orders;
    private final ServerListing listing;
    private final Shown shown;
    private final AtomicInteger underWay = new AtomicInteger();

    /** @param ipv6 whether this host can reach IPv6 addresses */
    OpenStackProvider(CloudSettings settings, CloudEntry cloud, ProviderContext context, boolean ipv6)
            throws DriverException {
        name = context.provider();
        var distance = Duration.ofNanos((long) (settings.rate() * 1e9));
        var rest = new Rest(cloud, distance, context);
        var share = distance.multipliedBy(LISTING_SHARE);
        compute = new Compute(rest);
        lookups = new Lookups(rest, compute, context.clock());
        orders = new ServerOrders(name, settings, cloud, lookups, compute);
        listing = new ServerListing(compute, context, share.compareTo(LIST_EVERY) > 0 ? share : LIST_EVERY);
        shown = new Shown(cloud, lookups, ipv6);
    }

    @Override
    public CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId) {
        var server = new Creation(compute, listing, lookups, onExternalId).start(orders, spec);
        return counted(server, server.thenApply(shown::instance));
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        var deletion = new Deletion(compute, listing, id.toString()).start();
        return counted(deletion, deletion.thenAccept(x -> {}));
    }

    @Override
    public CompletableFuture<Listing<Instance>> list() {
        return listing.next()
                .thenApply(servers -> new Listing<>(
                        servers.items().stream()
                                .filter(server -> !server.gone())
                                .map(shown::instance)
                                .toList(),
                        servers.complete()));
    }

    @Override
    public Amounts limits() throws DriverException {
        return Waiting.get(lookups.computeLimits());
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
