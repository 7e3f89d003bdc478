package dev.nodepool.internal.builder;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.internal.provider.BackOff;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open providers, replaced one by one as the configuration changes. One that can not be opened is tried again after
 * pauses that grow; until it can be, nothing is done with it and nothing of it is removed. Lives on the loop.
 */
final class ImageProviders {

    private static final Logger LOG = LoggerFactory.getLogger(ImageProviders.class);

    private static final BackOff BACK_OFF = BackOff.between(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private record Failure(ProviderConfig config, String why, BackOff backOff) {}

    private final Drivers drivers;
    private final Threads threads;
    private final Loop loop;
    private final Stats stats;
    private final Runnable changed;
    private final Map<String, ImageProvider> open = new LinkedHashMap<>();
    private final Map<String, Failure> failures = new TreeMap<>();
    private List<ProviderConfig> wanted = List.of();
    private boolean closed;

    /** @param changed run on the loop when a provider can be used that could not before */
    ImageProviders(Drivers drivers, Threads threads, Loop loop, Stats stats, Runnable changed) {
        this.drivers = drivers;
        this.threads = threads;
        this.loop = loop;
        this.stats = stats;
        this.changed = changed;
    }

    /** Opens, keeps and retires. */
    void serve(List<ProviderConfig> configs) {
        wanted = configs;
        var names = configs.stream().map(ProviderConfig::name).collect(Collectors.toSet());
        failures.keySet().retainAll(names);
        var next = new LinkedHashMap<String, ImageProvider>();
        for (var config : configs) {
            var provider = provider(config);
            if (provider != null) {
                next.put(config.name(), provider);
            }
        }
        open.values().stream()
                .filter(provider -> next.get(provider.name()) != provider)
                .forEach(ImageProvider::retire);
        open.clear();
        open.putAll(next);
    }

    private @Nullable ImageProvider provider(ProviderConfig config) {
        var known = open.get(config.name());
        if (known != null && known.config().equals(config)) {
            return known;
        }
        var failure = failures.get(config.name());
        if (failure != null && failure.config().equals(config)) {
            return known;
        }
        return open(config, BACK_OFF);
    }

    private @Nullable ImageProvider open(ProviderConfig config, BackOff backOff) {
        var name = config.name();
        try {
            var provider = ImageProvider.open(config, drivers.get(config.driver()), threads, stats);
            if (failures.remove(name) != null) {
                LOG.info("Provider {} can be used now", name);
            }
            return provider;
        } catch (DriverException | RuntimeException e) {
            failed(config, e, backOff.failed());
            return open.get(name);
        }
    }

    private void failed(ProviderConfig config, Exception e, BackOff backOff) {
        var why = String.valueOf(e.getMessage());
        var before = failures.get(config.name());
        if (before == null || !before.why().equals(why)) {
            LOG.error("Provider {} can not be used: {}", config.name(), why, e instanceof DriverException ? null : e);
        }
        var failure = new Failure(config, why, backOff);
        failures.put(config.name(), failure);
        threads.timerOn(loop).after(backOff.delay(), () -> again(failure));
    }

    private void again(Failure failure) {
        var name = failure.config().name();
        if (closed || failures.get(name) != failure) {
            return;
        }
        var before = open.get(name);
        var provider = open(failure.config(), failure.backOff());
        if (provider != null && provider != before) {
            if (before != null) {
                before.retire();
            }
            open.put(name, provider);
            changed.run();
        }
    }

    /** Providers that can be used and hold images, in the order of the file. */
    Map<String, ImageProvider> holdingImages() {
        var holding = new LinkedHashMap<String, ImageProvider>();
        for (var config : wanted) {
            var provider = open.get(config.name());
            if (provider != null && provider.holdsImages()) {
                holding.put(config.name(), provider);
            }
        }
        return holding;
    }

    /** What can not be used, with the reason. */
    List<String> failures() {
        return failures.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue().why())
                .toList();
    }

    void closeAll() {
        closed = true;
        open.values().forEach(ImageProvider::close);
        open.clear();
    }
}
