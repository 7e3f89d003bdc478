package dev.nodepool.internal.launcher;

import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.provider.ProviderFacts;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.ImageCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows readers how things stand, from the live copies alone. Lives on the loop. */
final class Survey {

    private final Stores stores;
    private final Ledger ledger;
    private final ProviderSet providers;
    private final Rounds rounds;
    private @Nullable ImageCache images;
    private boolean complete;

    Survey(Stores stores, Ledger ledger, ProviderSet providers, Rounds rounds) {
        this.stores = stores;
        this.ledger = ledger;
        this.providers = providers;
        this.rounds = rounds;
    }

    /** Empty until everything is known for the first time. The first call lets us follow the images, too. */
    Optional<Overview> overview() {
        var cache = images == null ? follow() : images;
        var upToDate = stores.caughtUp() && cache.caughtUp();
        complete |= upToDate;
        return complete ? Optional.of(of(upToDate, cache)) : Optional.empty();
    }

    private ImageCache follow() {
        var cache =
                new ImageCache(stores.tree(), stores.loop(), stores.threads().timerOn(stores.loop()), () -> {});
        images = cache;
        stores.onConnected(cache::connected);
        if (stores.tree().session().connected()) {
            cache.connected();
        }
        return cache;
    }

    private Overview of(boolean upToDate, ImageCache cache) {
        var nodes = stores.nodes().cache();
        var requests = readable(stores.requests().cache().all());
        return new Overview(
                upToDate,
                readable(nodes.all()).stream()
                        .map(node -> new NodeView(node, nodes.locked(node.id())))
                        .toList(),
                requests,
                reasons(requests),
                stores.registry().pools().stream()
                        .flatMap(pool -> pool.labels().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                cache.all().stream().map(ImageViews::of).toList(),
                providers.inForce().stream().map(this::provider).toList());
    }

    private static <T> List<T> readable(Collection<Entry<T>> entries) {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::id))
                .flatMap(entry -> entry.readable().stream())
                .toList();
    }

    private Map<String, Map<String, Reason>> reasons(List<NodeRequest> requests) {
        return requests.stream()
                .map(NodeRequest::id)
                .filter(id -> !rounds.reasons(id).isEmpty())
                .collect(Collectors.toMap(id -> id, rounds::reasons));
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
