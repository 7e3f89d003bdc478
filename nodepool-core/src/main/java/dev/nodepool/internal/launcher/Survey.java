package dev.nodepool.internal.launcher;

import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.provider.ProviderFacts;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.util.Map;
import java.util.Optional;

/** Shows readers how things stand, from what the launcher knows. Lives on the loop. */
final class Survey {

    private final LiveView view;
    private final Ledger ledger;
    private final ProviderSet providers;
    private final Rounds rounds;

    Survey(LiveView view, Ledger ledger, ProviderSet providers, Rounds rounds) {
        this.view = view;
        this.ledger = ledger;
        this.providers = providers;
        this.rounds = rounds;
    }

    /** Empty until everything is known for the first time. */
    Optional<Overview> overview() {
        return view.overview(
                rounds::reasons,
                providers.inForce().stream().map(this::provider).toList());
    }

    private ProviderView provider(ProviderUnit unit) {
        return new ProviderView(
                unit.name(),
                unit.unavailable().map(Reason::text).orElse(null),
                ledger.used(unit.name()).byName(),
                unit.facts()
                        .map(ProviderFacts::total)
                        .map(limits -> limits.byName())
                        .orElse(Map.of()),
                providers.seats().stream()
                        .filter(seat -> seat.provider() == unit)
                        .map(this::pool)
                        .toList());
    }

    private PoolView pool(PoolSeat seat) {
        return new PoolView(
                seat.pool().name(),
                seat.launcherId(),
                seat.pool().labelNames().stream().sorted().toList(),
                ledger.used(seat.providerName(), seat.pool().name()).byName(),
                seat.pool().limits().byName());
    }
}
