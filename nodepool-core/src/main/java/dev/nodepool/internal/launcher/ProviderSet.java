package dev.nodepool.internal.launcher;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.recycle.LeakSweeper;
import dev.nodepool.internal.runtime.Threads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The open providers with their pools, replaced as the configuration changes. A provider whose settings are the same is
 * kept with all it knows; of one that differs the new one is opened first, then the old one ends with its last user.
 * Lives on the loop.
 */
final class ProviderSet {

    private record PoolKey(String provider, String pool) {}

    private final String hostname;
    private final Threads threads;
    private final ProviderOpener opener;
    private final Departures departures;
    private final LeakSweeper sweeper;
    private final Map<String, ProviderUnit> units = new LinkedHashMap<>();
    private final Set<ProviderUnit> ending = new HashSet<>();
    private final Map<String, PoolSeat> seats = new LinkedHashMap<>();
    private final Set<String> everOurs = new HashSet<>();

    /** @param hostname begins the launcher ids */
    ProviderSet(String hostname, Threads threads, ProviderOpener opener, Departures departures, LeakSweeper sweeper) {
        this.hostname = hostname;
        this.threads = threads;
        this.opener = opener;
        this.departures = departures;
        this.sweeper = sweeper;
    }

    /** Replaces what differs. Done again with the same, it tries again what could not be opened. */
    void serve(List<ProviderConfig> wanted, String installation) {
        var names = wanted.stream().map(ProviderConfig::name).collect(Collectors.toSet());
        opener.forgetAllBut(names);
        var next = new LinkedHashMap<String, ProviderUnit>();
        for (var config : wanted) {
            var unit = unit(config, installation);
            if (unit != null) {
                next.put(config.name(), unit);
            }
        }
        units.values().stream().filter(unit -> !names.contains(unit.name())).forEach(departures::begin);
        units.clear();
        units.putAll(next);
        seat();
    }

    private @Nullable ProviderUnit unit(ProviderConfig config, String installation) {
        var name = config.name();
        var open = find(name).orElse(null);
        if (open != null && open.config().equals(config)) {
            opener.forget(name);
            departures.takeBack(name);
            return open;
        }
        var opened = opener.open(config, installation);
        if (opened.isEmpty()) {
            // What could be opened before stays in force, as with a file that can not be read.
            return units.get(name);
        }
        departures.takeBack(name);
        if (open != null) {
            end(open);
        }
        if (opened.get().provider().inventory().isEmpty()) {
            sweeper.watch(opened.get());
        }
        return opened.get();
    }

    private void end(ProviderUnit unit) {
        ending.add(unit);
        unit.retire(() -> ending.remove(unit));
    }

    /** A pool keeps its id for as long as it is configured, whatever changes in it. */
    private void seat() {
        var ids = new HashMap<PoolKey, String>();
        seats.forEach((id, seat) ->
                ids.put(new PoolKey(seat.providerName(), seat.pool().name()), id));
        seats.clear();
        for (var unit : units.values()) {
            for (var pool : unit.config().pools()) {
                var key = new PoolKey(unit.name(), pool.name());
                var id = ids.computeIfAbsent(key, this::newId);
                seats.put(id, new PoolSeat(id, unit, pool));
            }
        }
        everOurs.addAll(seats.keySet());
    }

    private String newId(PoolKey key) {
        return hostname + "-PoolWorker." + key.provider() + "-" + key.pool() + "-" + threads.plainId();
    }

    /**
     * Lets go of providers that left the configuration and have no nodes any more.
     *
     * @return whether there were any
     */
    boolean letGo() {
        var done = departures.done();
        done.forEach(this::end);
        return !done.isEmpty();
    }

    /** Providers that left the configuration and are still here for their nodes. */
    Collection<ProviderUnit> leaving() {
        return departures.units();
    }

    /** The open provider of a name, also one that is there for deleting only. */
    Optional<ProviderUnit> find(String name) {
        return Optional.ofNullable(units.get(name)).or(() -> departures.find(name));
    }

    Collection<ProviderUnit> inForce() {
        return units.values();
    }

    List<PoolSeat> seats() {
        return List.copyOf(seats.values());
    }

    /** Whether we serve a pool, and it is not switched off. */
    boolean offers(String provider, @Nullable String pool) {
        return seats.values().stream()
                .anyMatch(seat -> seat.providerName().equals(provider)
                        && seat.pool().name().equals(pool)
                        && !seat.pool().disabled());
    }

    @Nullable PoolSeat seat(String launcherId) {
        return seats.get(launcherId);
    }

    Set<String> launcherIds() {
        return seats.keySet();
    }

    /** Whether a launcher id is or was one of ours; registrations are seen for a moment after they are gone. */
    boolean everOurs(String launcherId) {
        return everOurs.contains(launcherId);
    }

    void closeAll() {
        var all = new ArrayList<>(units.values());
        all.addAll(departures.units());
        all.addAll(ending);
        all.forEach(ProviderUnit::close);
        opener.forgetAllBut(Set.of());
    }
}
