package dev.nodepool.internal.recycle;

import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for things of ours that no record knows at each provider once a minute, and has them deleted: slowly, a few at a
 * time, never on a listing that is not complete, and not when ZooKeeper rather than the cloud must have lost something.
 * Lives on the loop.
 */
public final class LeakSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(LeakSweeper.class);

    private static final Duration EVERY = Duration.ofSeconds(60);
    private static final BackOff AFTER_FAILURE = BackOff.between(EVERY, Duration.ofMinutes(10));

    private final Stores stores;
    private final Map<String, SweepMemory> memories = new TreeMap<>();
    private final Map<String, BackOff> failures = new HashMap<>();
    private final Map<String, ProviderUnit> watched = new HashMap<>();
    private boolean stopped;

    public LeakSweeper(Stores stores) {
        this.stores = stores;
    }

    /** Sweeps a provider now and then, for as long as it is open. */
    public void watch(ProviderUnit provider) {
        watched.put(provider.name(), provider);
        next(provider, EVERY);
    }

    /** What is known of a provider is for the next one of its name, if there is one. */
    private void forget(ProviderUnit provider) {
        if (watched.remove(provider.name(), provider)) {
            memories.remove(provider.name());
            failures.remove(provider.name());
        }
    }

    private void next(ProviderUnit provider, Duration pause) {
        stores.threads().timerOn(stores.loop()).after(pause, () -> {
            if (stopped || provider.retired()) {
                forget(provider);
                return;
            }
            if (!stores.caughtUp() || startingUp(provider)) {
                next(provider, EVERY);
                return;
            }
            var done = provider.use();
            CompletableFuture.completedFuture(provider)
                    .thenCompose(this::sweep)
                    .whenCompleteAsync(
                            (x, failure) -> {
                                done.run();
                                next(provider, swept(provider.name(), failure));
                            },
                            stores.loop());
        });
    }

    /** A provider that refuses launches can still be swept, and leaks may be the reason why it refuses. */
    private static boolean startingUp(ProviderUnit provider) {
        return provider.unavailable()
                .filter(reason -> reason.code() == Reason.Code.PROVIDER_STARTING)
                .isPresent();
    }

    /** @return when to sweep again */
    private Duration swept(String provider, @Nullable Throwable failure) {
        if (failure == null) {
            failures.remove(provider);
            tell(provider);
            return EVERY;
        }
        var backOff = failures.getOrDefault(provider, AFTER_FAILURE).failed();
        failures.put(provider, backOff);
        LOG.warn(
                "No sweep of {}, to be tried again in {} s: {}",
                provider,
                backOff.delay().toSeconds(),
                Sweep.message(failure));
        return backOff.delay();
    }

    private void tell(String provider) {
        var memory = memories.get(provider);
        if (memory != null) {
            stores.stats().gauge(FigureName.LEAKS_UNKNOWN.of(provider), memory.unknown());
            stores.stats().gauge(FigureName.LEAKS_FAILING.of(provider), memory.failing());
            stores.stats().gauge(FigureName.LEAKS_HELD.of(provider), memory.held());
        }
    }

    private CompletableFuture<Void> sweep(ProviderUnit provider) {
        return stores.locks()
                .tryLock(Layout.sweepLock(provider.name()), Directory.WITH_PARENTS)
                .thenComposeAsync(
                        lock -> lock.isEmpty()
                                ? CompletableFuture.<Void>completedFuture(null)
                                : sweepLocked(provider, lock.get()),
                        stores.loop());
    }

    private CompletableFuture<Void> sweepLocked(ProviderUnit provider, LockHandle lock) {
        var memory = memories.computeIfAbsent(provider.name(), name -> new SweepMemory());
        return new Sweep(stores, provider, memory, lock)
                .run()
                .handle((x, failure) -> stores.locks()
                        .release(lock)
                        .thenCompose(y -> failure == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : CompletableFuture.<Void>failedFuture(failure)))
                .thenCompose(x -> x);
    }

    /** Where unknown things are held back, and why. */
    public List<String> remarks() {
        return memories.entrySet().stream()
                .filter(e -> !e.getValue().freeze().isEmpty())
                .map(e -> "provider " + e.getKey() + ": " + e.getValue().countsText() + " are unknown here and stay: "
                        + e.getValue().freeze() + "; see nodepool sweep")
                .toList();
    }

    public void stop() {
        stopped = true;
    }
}
