package dev.nodepool.internal.recycle;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.internal.provider.Deadline;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.retention.Leaks;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes machines of ours that no record knows: slowly, a few at a time, never on a listing that is not complete, and
 * not at all when so much is unknown that ZooKeeper rather than the cloud must have lost something. Lives on the loop.
 */
public final class LeakSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(LeakSweeper.class);

    private static final Duration EVERY = Duration.ofSeconds(60);
    private static final Duration DELETE_LIMIT = Duration.ofSeconds(600);
    private static final int MOST_PER_SWEEP = 10;

    private final Stores stores;
    private final Map<String, Leaks> seen = new HashMap<>();
    private final Set<String> frozen = new HashSet<>();
    private final Set<String> confirmed = new HashSet<>();
    private long deleted;
    private boolean stopped;

    public LeakSweeper(Stores stores) {
        this.stores = stores;
    }

    /** Sweeps a provider now and then, for as long as it is open. */
    public void watch(ProviderUnit provider) {
        stores.threads().timerOn(stores.loop()).after(EVERY, () -> {
            if (!stopped && !provider.retired()) {
                sweep(provider);
                watch(provider);
            }
        });
    }

    /** A person says that what is unknown at a provider is leaked indeed. Holds for the next sweep. */
    public void confirm(String provider) {
        confirmed.add(provider);
    }

    /** Providers where too much is unknown, so that nothing is deleted until a person confirms it. */
    public Set<String> frozen() {
        return Set.copyOf(frozen);
    }

    /** How many leaked machines were deleted so far. */
    public long deleted() {
        return deleted;
    }

    private void sweep(ProviderUnit provider) {
        if (!stores.caughtUp() || provider.unavailable().isPresent()) {
            return;
        }
        var dir = Layout.OURS + "/sweep/" + provider.name();
        var done = provider.use();
        stores.locks()
                .tryLock(dir, Directory.WITH_PARENTS)
                .thenComposeAsync(
                        lock -> lock.isEmpty()
                                ? CompletableFuture.<Void>completedFuture(null)
                                : sweepLocked(provider, lock.get()),
                        stores.loop())
                .whenCompleteAsync(
                        (x, failure) -> {
                            done.run();
                            if (failure != null) {
                                LOG.warn("No sweep of {} this time: {}", provider.name(), message(failure));
                            }
                        },
                        stores.loop());
    }

    private CompletableFuture<Void> sweepLocked(ProviderUnit provider, LockHandle lock) {
        return provider.list()
                .thenComposeAsync(listing -> judge(provider, listing), stores.loop())
                .handle((x, failure) -> stores.locks()
                        .release(lock)
                        .thenCompose(y -> failure == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : CompletableFuture.<Void>failedFuture(failure)))
                .thenCompose(x -> x);
    }

    private CompletableFuture<Void> judge(ProviderUnit provider, Listing<Instance> listing) {
        if (!listing.complete() || !stores.caughtUp()) {
            return CompletableFuture.completedFuture(null);
        }
        var ours = listing.items().stream().filter(provider::ours).toList();
        var nodes = stores.nodes().cache().all().stream()
                .map(Entry::readable)
                .flatMap(Optional::stream)
                .toList();
        var name = provider.name();
        var verdict = seen.getOrDefault(name, Leaks.NONE_SEEN)
                .judge(ours, nodes, stores.threads().now(), confirmed.remove(name));
        seen.put(name, verdict.next());
        report(name, verdict, ours.size());
        return CompletableFuture.allOf(verdict.proven().stream()
                .limit(MOST_PER_SWEEP)
                .map(machine -> deleteUnlessKnown(provider, machine))
                .toArray(CompletableFuture[]::new));
    }

    private void report(String provider, Leaks.Verdict verdict, int machines) {
        if (verdict.frozen() && frozen.add(provider)) {
            LOG.error(
                    "{} of {} machines of provider {} are unknown here; nothing is deleted until that is confirmed",
                    verdict.next().sightings().size(),
                    machines,
                    provider);
        } else if (!verdict.frozen() && frozen.remove(provider)) {
            LOG.info("The machines of provider {} are known again", provider);
        }
    }

    /** A last look past the live copy, which may be behind. */
    private CompletableFuture<Void> deleteUnlessKnown(ProviderUnit provider, Instance machine) {
        var node = machine.metadata().getOrDefault(LaunchSpec.NODE_ID, "unknown");
        return stores.tree()
                .get(Layout.node(node))
                .thenApply(znode -> recordKnows(node, znode.data(), machine))
                .exceptionally(failure -> TreeException.codeOf(failure) != Code.NO_NODE)
                .thenComposeAsync(
                        known -> known ? CompletableFuture.completedFuture(null) : delete(provider, machine),
                        stores.loop());
    }

    /** What can not be read protects its machine. */
    private static boolean recordKnows(String node, byte[] data, Instance machine) {
        try {
            return Leaks.knows(new Node(node, Json.read(data)), machine);
        } catch (Json.Unreadable e) {
            return true;
        }
    }

    private CompletableFuture<Void> delete(ProviderUnit provider, Instance machine) {
        LOG.warn("Deleting leaked machine {} of provider {}", machine.id(), provider.name());
        return Deadline.call(
                        stores.threads().timer(),
                        DELETE_LIMIT,
                        "deleting machine " + machine.id(),
                        () -> provider.provider().delete(machine.id()))
                .handleAsync(
                        (x, failure) -> {
                            if (failure == null) {
                                deleted++;
                                provider.quotaMayBeFree();
                            } else {
                                LOG.warn(
                                        "Leaked machine {} stays for the next sweep: {}",
                                        machine.id(),
                                        message(failure));
                            }
                            return null;
                        },
                        stores.loop());
    }

    private static String message(Throwable failure) {
        return TreeException.codeOf(failure) == Code.OTHER
                ? String.valueOf(DriverException.from(failure).getMessage())
                : String.valueOf(failure);
    }

    public void stop() {
        stopped = true;
    }
}
