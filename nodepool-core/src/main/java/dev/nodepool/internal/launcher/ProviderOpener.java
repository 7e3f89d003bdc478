package dev.nodepool.internal.launcher;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.internal.keyscan.HostKeys;
import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.recycle.KnownRecords;
import dev.nodepool.internal.store.Stores;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens providers. One that can not be opened is tried again with growing pauses, not only when its settings change:
 * what it lacks may be beside the configuration. Lives on the loop.
 */
final class ProviderOpener {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderOpener.class);

    private static final BackOff BACK_OFF = BackOff.between(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private record Failure(ProviderConfig config, String why, BackOff backOff, Runnable cancelTimer) {}

    private final Drivers drivers;
    private final Stores stores;
    private final HostKeys hostKeys;
    private final Runnable changed;
    private final Runnable again;
    private final KnownRecords known;
    private final Map<String, Failure> failures = new TreeMap<>();
    private final Map<String, BackOff> due = new HashMap<>();

    /**
     * @param changed run on the loop when a provider knows something that it did not
     * @param again run on the loop when what failed is worth another try
     */
    ProviderOpener(Drivers drivers, Stores stores, HostKeys hostKeys, Runnable changed, Runnable again) {
        this.drivers = drivers;
        this.stores = stores;
        this.hostKeys = hostKeys;
        this.changed = changed;
        this.again = again;
        known = new KnownRecords(stores);
    }

    /** Opens a provider, unless the same failed a short time ago. */
    Optional<ProviderUnit> open(ProviderConfig config, String installation) {
        var name = config.name();
        var before = failures.get(name);
        if (before != null && before.config().equals(config) && !due.containsKey(name)) {
            return Optional.empty();
        }
        try {
            var unit = ProviderUnit.open(
                    config,
                    drivers.get(config.driver()),
                    stores.threads(),
                    stores.loop(),
                    hostKeys,
                    installation,
                    known,
                    stores.stats(),
                    changed);
            if (before != null) {
                LOG.atInfo().addKeyValue("provider", name).log("Provider {} can be started now", name);
            }
            forget(name);
            return Optional.of(unit);
        } catch (DriverException | RuntimeException e) {
            failed(config, e);
            return Optional.empty();
        }
    }

    private void failed(ProviderConfig config, Exception e) {
        var name = config.name();
        var why = String.valueOf(e.getMessage());
        var before = failures.get(name);
        if (before == null || !before.why().equals(why)) {
            LOG.atError()
                    .addKeyValue("provider", name)
                    .log("Provider {} can not be started: {}", name, why, e instanceof DriverException ? null : e);
        }
        var backOff = Objects.requireNonNullElse(due.get(name), BACK_OFF).failed();
        forget(name);
        var cancel = stores.threads().timerOn(stores.loop()).after(backOff.delay(), () -> {
            // The timer may have been too late to be cancelled.
            var current = failures.get(name);
            if (current != null && current.backOff() == backOff) {
                due.put(name, backOff);
                again.run();
            }
        });
        failures.put(name, new Failure(config, why, backOff, cancel));
    }

    /** The provider is no longer to be opened. */
    void forget(String name) {
        due.remove(name);
        var failure = failures.remove(name);
        if (failure != null) {
            failure.cancelTimer().run();
        }
    }

    void forgetAllBut(Set<String> names) {
        Set.copyOf(failures.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(this::forget);
    }

    /** What can not be opened, with the reason. */
    List<String> failures() {
        return failures.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue().why())
                .toList();
    }
}
