package dev.nodepool.admin;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.Stats;
import dev.nodepool.view.AlienImage;
import dev.nodepool.view.ImageView;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks clouds for images of ours that ZooKeeper does not know. */
final class AlienSearch {

    private static final Logger LOG = LoggerFactory.getLogger(AlienSearch.class);

    private final Threads threads;
    private final Drivers drivers;

    AlienSearch(Threads threads, Drivers drivers) {
        this.threads = threads;
        this.drivers = drivers;
    }

    /** Asks all providers at the same time; every call to a driver has an end. */
    List<AlienImage> search(Collection<ProviderConfig> providers, List<ImageView> known) {
        var searches = providers.stream()
                .map(provider -> search(provider, known)
                        .exceptionally(failure -> failed(provider.name(), DriverException.from(failure))))
                .toList();
        return searches.stream()
                .map(CompletableFuture::join)
                .flatMap(List::stream)
                .toList();
    }

    private CompletableFuture<List<AlienImage>> search(ProviderConfig config, List<ImageView> known) {
        ImageProvider provider;
        try {
            provider = ImageProvider.open(config, drivers.get(config.driver()), threads, Stats.NONE);
        } catch (DriverException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (!provider.holdsImages()) {
            provider.close();
            return CompletableFuture.completedFuture(List.of());
        }
        var ready = ready(config, known);
        return provider.list()
                .thenApply(listing -> {
                    if (!listing.complete()) {
                        LOG.warn("Provider {} did not tell all its images", config.name());
                    }
                    return listing.items().stream()
                            .filter(image -> image.metadata().containsKey(ImageStore.BUILD_ID))
                            .filter(image -> !ready.contains(image.id().toString()))
                            .map(image -> alien(config.name(), image))
                            .sorted(Comparator.comparing(AlienImage::name).thenComparing(AlienImage::id))
                            .toList();
                })
                .whenComplete((x, failure) -> provider.close());
    }

    private static Set<String> ready(ProviderConfig config, List<ImageView> known) {
        var wanted =
                config.settings().images().stream().map(ProviderImage::name).collect(Collectors.toSet());
        return known.stream()
                .filter(image -> wanted.contains(image.name()))
                .flatMap(image -> image.builds().stream())
                .flatMap(build -> build.uploads().stream())
                .filter(upload -> upload.provider().equals(config.name())
                        && upload.state().equals("ready"))
                .flatMap(upload -> Stream.ofNullable(upload.externalId()))
                .collect(Collectors.toSet());
    }

    private static AlienImage alien(String provider, StoredImage image) {
        return new AlienImage(provider, image.name(), image.id().toString());
    }

    private static List<AlienImage> failed(String provider, DriverException failure) {
        LOG.warn("Exception listing alien images for {}: {}", provider, failure.getMessage());
        return List.of();
    }
}
