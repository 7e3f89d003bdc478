package dev.nodepool.internal.launcher;

import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.internal.assign.Assigner;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.RegisteredPool;
import java.util.HashSet;
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
        var candidates = rounds.candidates();
        if (candidates.isEmpty()) {
            registration.paused(Set.of());
        } else {
            var plan = Assigner.plan(snapshots.of(config, candidates, providers.seats(), rounds));
            rounds.carryOut(plan, id -> Objects.requireNonNull(providers.seat(id)), installation);
            registration.paused(new HashSet<>(plan.waitingPools()));
        }
        minReady.plan();
    }
}
