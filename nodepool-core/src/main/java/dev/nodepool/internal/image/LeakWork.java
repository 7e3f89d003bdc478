package dev.nodepool.internal.image;

import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.Listing;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageLeaks;
import dev.nodepool.internal.retention.UploadFacts;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.model.ImageUpload;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes images of ours in clouds that no record knows: slowly, a few at a time, never on a listing that is not complete,
 * and not at all when so much is unknown that ZooKeeper rather than the cloud must have lost something. Lives on the loop.
 */
public final class LeakWork {

    private static final Logger LOG = LoggerFactory.getLogger(LeakWork.class);

    private static final double EVERY_SECONDS = 300;

    /** Sooner when something is suspected, and not sooner than it takes to be sure. */
    private static final double SUSPICION_SECONDS = 70;

    private static final int MOST_PER_SWEEP = 10;

    private static final int MOST_TOLD = 50;

    private final Workshop shop;
    private final Consumer<String> deleted;
    private final Map<String, ImageLeaks> seen = new HashMap<>();
    private final Map<String, Double> next = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, String> frozen = new TreeMap<>();

    /** @param deleted told the provider of each leaked image that was deleted; on the loop */
    public LeakWork(Workshop shop, Consumer<String> deleted) {
        this.shop = shop;
        this.deleted = deleted;
    }

    /** What is held back, for people: a line for each provider where too much is unknown, so that nothing is deleted. */
    public Collection<String> remarks() {
        return frozen.values();
    }

    /** Sweeps the providers whose time has come. */
    public void round(Sight sight) {
        next.keySet().retainAll(sight.providers().keySet());
        frozen.keySet().retainAll(sight.providers().keySet());
        sight.providers().forEach((name, provider) -> {
            var due = next.computeIfAbsent(name, x -> sight.now() + SUSPICION_SECONDS);
            if (sight.now() >= due && underWay.add(name)) {
                next.put(name, sight.now() + EVERY_SECONDS);
                sweep(provider, sight.installation());
            }
        });
    }

    private void sweep(ImageProvider provider, String installation) {
        shop.locks()
                .holding(
                        shop.stores()
                                .locks()
                                .tryLock(Layout.OURS + "/sweep-images/" + provider.name(), Directory.WITH_PARENTS),
                        false,
                        lock -> provider.list()
                                .thenComposeAsync(listing -> judge(provider, installation, listing), shop.loop())
                                .thenApply(x -> true))
                .whenCompleteAsync(
                        (x, failure) -> {
                            underWay.remove(provider.name());
                            if (failure != null) {
                                LOG.warn(
                                        "No sweep of the images of {} this time: {}",
                                        provider.name(),
                                        Failures.text(failure));
                            }
                        },
                        shop.loop());
    }

    private CompletableFuture<Void> judge(ImageProvider provider, String installation, Listing<StoredImage> listing) {
        if (!listing.complete() || !shop.stores().caughtUp()) {
            return CompletableFuture.completedFuture(null);
        }
        var ours = listing.items().stream()
                .filter(image -> provider.ours(image, installation))
                .toList();
        var name = provider.name();
        var verdict = seen.getOrDefault(name, ImageLeaks.NONE_SEEN).judge(ours, uploads(name), shop.now());
        seen.put(name, verdict.next());
        if (!verdict.next().sightings().isEmpty()) {
            next.put(name, shop.now() + SUSPICION_SECONDS);
        }
        report(name, verdict, ours.size());
        return CompletableFuture.allOf(verdict.proven().stream()
                .limit(MOST_PER_SWEEP)
                .map(image -> delete(provider, image))
                .toArray(CompletableFuture[]::new));
    }

    private List<ImageUpload> uploads(String provider) {
        return shop.stores().cache().all().stream()
                .flatMap(image -> image.builds().stream())
                .map(build -> build.uploadsTo(provider))
                .flatMap(List::stream)
                .map(UploadFacts::upload)
                .toList();
    }

    private void report(String provider, ImageLeaks.Verdict verdict, int images) {
        if (verdict.frozen()) {
            var unknown = verdict.unknown();
            var remark = "%d of %d images of provider %s are unknown here and stay: delete what is leaked in the cloud"
                    .formatted(unknown.size(), images, provider);
            if (frozen.put(provider, remark) == null) {
                LOG.error("{}. {}", remark, told(unknown));
            }
        } else if (frozen.remove(provider) != null) {
            LOG.info("No images of provider {} are held back any more", provider);
        }
    }

    private static String told(List<StoredImage> images) {
        var names = images.stream()
                .limit(MOST_TOLD)
                .map(image -> image.id() + " (" + image.name() + ")")
                .collect(Collectors.joining(", "));
        return images.size() > MOST_TOLD ? names + " and more" : names;
    }

    /** A last look past the live copy, which may be behind. */
    private CompletableFuture<Void> delete(ImageProvider provider, StoredImage image) {
        return fresh(provider.name())
                .thenComposeAsync(
                        uploads -> {
                            if (uploads.stream().anyMatch(upload -> ImageLeaks.knows(upload, image))) {
                                return CompletableFuture.completedFuture(false);
                            }
                            LOG.warn(
                                    "Deleting leaked image {} ({}) of provider {}",
                                    image.id(),
                                    image.name(),
                                    provider.name());
                            return provider.delete(image.id()).thenApply(x -> true);
                        },
                        shop.loop())
                .handleAsync(
                        (gone, failure) -> {
                            if (Boolean.TRUE.equals(gone)) {
                                deleted.accept(provider.name());
                            } else if (failure != null) {
                                LOG.warn(
                                        "Leaked image {} stays for the next sweep: {}",
                                        image.id(),
                                        Failures.text(failure));
                            }
                            return null;
                        },
                        shop.loop());
    }

    private CompletableFuture<List<ImageUpload>> fresh(String provider) {
        var reads = shop.stores().cache().all().stream()
                .map(image -> shop.stores().cache().read(image.name()))
                .toList();
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                .thenApply(x -> reads.stream()
                        .flatMap(read -> read.join().builds().stream())
                        .map((BuildFacts build) -> build.uploadsTo(provider))
                        .flatMap(List::stream)
                        .map(UploadFacts::upload)
                        .toList());
    }
}
