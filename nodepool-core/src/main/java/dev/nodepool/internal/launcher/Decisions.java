package dev.nodepool.internal.launcher;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.internal.assign.Assigner;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.RegisteredPool;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** One round of decisions, once everything is known: who serves which request, and what is missing in stock. */
final class Decisions {

    private final Stores stores;
    private final ProviderSet providers;
    private final Registration registration;
    private final SnapshotView snapshots;
    private final Rounds rounds;
    private final MinReady minReady;

    Decisions(
            Stores stores,
            ProviderSet providers,
            Registration registration,
            SnapshotView snapshots,
            Rounds rounds,
            MinReady minReady) {
        this.stores = stores;
        this.providers = providers;
        this.registration = registration;
        this.snapshots = snapshots;
        this.rounds = rounds;
        this.minReady = minReady;
    }

    /** Everything is known, and everybody knows of us: else we might fail a request that we could serve. */
    boolean possible() {
        var registered =
                stores.registry().pools().stream().map(RegisteredPool::id).collect(Collectors.toSet());
        return stores.caughtUp() && registered.containsAll(providers.launcherIds());
    }

    void make(NodepoolConfig config, String installation) {
        var paused = emptied();
        var candidates = rounds.candidates();
        if (!candidates.isEmpty()) {
            var plan = Assigner.plan(snapshots.of(config, candidates, providers.seats(), rounds));
            rounds.carryOut(plan, id -> Objects.requireNonNull(providers.seat(id)), installation);
            paused.addAll(plan.waitingPools());
        }
        registration.paused(paused);
        minReady.plan();
    }

    /** What a person should know of orders that are easily forgotten. */
    List<String> remarks() {
        return providers.seats().stream()
                .flatMap(seat ->
                        stores.drains().of(seat.providerName(), seat.pool().name()).stream())
                .distinct()
                .map(order -> "%s takes nothing new: drained since %s on %s"
                        .formatted(order.target(), order.since().truncatedTo(ChronoUnit.SECONDS), order.by()))
                .toList();
    }

    /**
     * Lets ready nodes of drained pools go where that is ordered. Static hosts stay: they would only come again.
     *
     * @return all drained pools, which others must not wait for
     */
    private Set<String> emptied() {
        var drained = new HashSet<String>();
        for (var seat : providers.seats()) {
            stores.drains().of(seat.providerName(), seat.pool().name()).ifPresent(order -> {
                drained.add(seat.launcherId());
                if (order.readyNodesToo()
                        && seat.provider().provider().inventory().isEmpty()) {
                    rounds.empty(seat.providerName(), seat.pool().name());
                }
            });
        }
        return drained;
    }
}
