package dev.nodepool.internal.launcher;

import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.store.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Providers that left the configuration while they had nodes. They stay open, for deleting only, until the last node is
 * gone: nobody else could delete it. Lives on the loop.
 */
final class Departures {

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private static final Duration REMIND = Duration.ofMinutes(10);

    private final Stores stores;
    private final NodeIndex nodes;
    private final Predicate<String> servedByOthers;
    private final Map<String, Departing> departing = new LinkedHashMap<>();

    private static final class Departing {

        private final ProviderUnit unit;
        private double saidAt = Double.NEGATIVE_INFINITY;

        Departing(ProviderUnit unit) {
            this.unit = unit;
        }
    }

    /** @param servedByOthers whether another launcher serves a provider, so that its nodes have somebody */
    Departures(Stores stores, NodeIndex nodes, Predicate<String> servedByOthers) {
        this.stores = stores;
        this.nodes = nodes;
        this.servedByOthers = servedByOthers;
    }

    void begin(ProviderUnit unit) {
        departing.put(unit.name(), new Departing(unit));
        LOG.atInfo()
                .addKeyValue("provider", unit.name())
                .log("Provider {} is no longer configured: nothing new is launched there", unit.name());
    }

    /** It is configured again, or replaced. */
    @Nullable ProviderUnit takeBack(String name) {
        var back = departing.remove(name);
        return back == null ? null : back.unit;
    }

    Optional<ProviderUnit> find(String name) {
        return Optional.ofNullable(departing.get(name)).map(d -> d.unit);
    }

    Collection<ProviderUnit> units() {
        return departing.values().stream().map(d -> d.unit).toList();
    }

    /** Takes out what has nothing left to do, and reminds of the others now and then. */
    List<ProviderUnit> done() {
        if (!stores.caughtUp()) {
            return List.of();
        }
        var done = new ArrayList<ProviderUnit>();
        for (var each : List.copyOf(departing.values())) {
            if (over(each.unit)) {
                departing.remove(each.unit.name());
                done.add(each.unit);
            } else {
                remind(each);
            }
        }
        return done;
    }

    private boolean over(ProviderUnit unit) {
        if (unit.inUse()) {
            return false;
        }
        if (nodes.ofProvider(unit.name()).isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("provider", unit.name())
                    .log("Provider {} is closed: it is no longer configured and has no nodes left", unit.name());
            return true;
        }
        if (servedByOthers.test(unit.name())) {
            LOG.atInfo()
                    .addKeyValue("provider", unit.name())
                    .log("Provider {} is closed here: another launcher serves it", unit.name());
            return true;
        }
        return false;
    }

    private void remind(Departing each) {
        var now = stores.threads().now();
        var left = nodes.ofProvider(each.unit.name());
        if (!left.isEmpty() && now - each.saidAt >= REMIND.toSeconds()) {
            each.saidAt = now;
            LOG.warn(
                    "Provider {} is no longer configured but has {} nodes, deleted after use: {}",
                    each.unit.name(),
                    left.size(),
                    Some.of(left));
        }
    }

    /** Who is still here, with the nodes. */
    List<String> remarks() {
        return departing.keySet().stream()
                .map(name ->
                        "provider " + name + " is no longer configured; nodes left: " + Some.of(nodes.ofProvider(name)))
                .toList();
    }
}
