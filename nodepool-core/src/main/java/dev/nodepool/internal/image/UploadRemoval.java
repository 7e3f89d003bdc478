package dev.nodepool.internal.image;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.Listing;
import dev.nodepool.internal.lifecycle.UploadEvent;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.retention.ImageLeaks;
import dev.nodepool.internal.retention.ImageRetention;
import dev.nodepool.internal.retention.ImageRetention.UploadGoes;
import dev.nodepool.internal.retention.Wanted;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one upload away: marks it, deletes the image in the cloud, removes the record; in this order, so that every crash
 * leaves something that says what is to be done. Lives on the loop.
 */
final class UploadRemoval {

    private static final Logger LOG = LoggerFactory.getLogger(UploadRemoval.class);

    private final Workshop shop;
    private final String installation;
    private final ImageProvider provider;
    private final Supplier<Wanted> wanted;
    private final ImageUpload upload;

    /** @param wanted what the configuration says when the decision is made once more, under the lock */
    UploadRemoval(
            Workshop shop, String installation, ImageProvider provider, Supplier<Wanted> wanted, ImageUpload upload) {
        this.shop = shop;
        this.installation = installation;
        this.provider = provider;
        this.wanted = wanted;
        this.upload = upload;
    }

    /**
     * Does it, if it is still to be done.
     *
     * @return whether the record is gone; false when somebody else is at it or nothing is to go any more
     */
    CompletableFuture<Boolean> run() {
        return upload.state() == UploadState.UPLOADING
                ? abandoned()
                : shop.locks()
                        .holding(
                                shop.locks().upload(upload),
                                false,
                                lock -> decide().thenComposeAsync(goes -> take(goes, lock), shop.loop()));
    }

    private CompletableFuture<Boolean> take(Optional<UploadGoes> goes, LockHandle lock) {
        if (goes.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        return switch (goes.get().why()) {
            case EMPTY -> shop.records().remove(upload).thenApply(x -> true);
            // It has become so since; the next look goes the way with the proof.
            case ABANDONED -> CompletableFuture.completedFuture(false);
            case DELETING, FAILED, UNWANTED, SURPLUS -> delete(lock);
        };
    }

    private CompletableFuture<Optional<UploadGoes>> decide() {
        return shop.stores()
                .cache()
                .read(upload.image())
                .thenApplyAsync(
                        facts -> ImageRetention.of(wanted.get(), facts, shop.now()).uploads().stream()
                                .filter(goes -> same(goes.upload().upload()))
                                .findFirst(),
                        shop.loop());
    }

    private boolean same(ImageUpload other) {
        return other.build().equals(upload.build())
                && other.provider().equals(upload.provider())
                && other.id().equals(upload.id());
    }

    /**
     * Whoever uploads holds a lock of its own: when we get that, there is nobody. It is taken first, as uploads do it, or the one
     * that begins now and this would be in each other's way.
     */
    private CompletableFuture<Boolean> abandoned() {
        return shop.locks()
                .holding(
                        shop.locks().uploads(upload.image(), upload.build(), upload.provider()),
                        false,
                        proof -> shop.locks()
                                .holding(
                                        shop.locks().upload(upload),
                                        false,
                                        lock -> shop.records()
                                                .hold(upload, lock)
                                                .thenComposeAsync(
                                                        now -> now.record().state() == UploadState.UPLOADING
                                                                ? delete(lock)
                                                                : CompletableFuture.completedFuture(false),
                                                        shop.loop())));
    }

    private CompletableFuture<Boolean> delete(LockHandle lock) {
        return shop.records()
                .hold(upload, lock)
                .thenComposeAsync(held -> shop.records().apply(held, UploadEvent.DELETE, Map.of()), shop.loop())
                .thenComposeAsync(
                        marked -> deleteImage(marked.record())
                                .thenComposeAsync(x -> shop.records().remove(upload), shop.loop()),
                        shop.loop())
                .thenApplyAsync(
                        x -> {
                            LOG.info(
                                    "Upload {} of build {}-{} to {} is removed",
                                    upload.id(),
                                    upload.image(),
                                    upload.build(),
                                    upload.provider());
                            return true;
                        },
                        shop.loop())
                .exceptionallyCompose(failure -> Refused.is(failure, Refused.Why.GONE)
                        ? CompletableFuture.completedFuture(true)
                        : CompletableFuture.failedFuture(failure));
    }

    /** Without an id in the record the image, if there is one, is known by the marks it was made with. */
    private CompletableFuture<Void> deleteImage(ImageUpload record) {
        var known = externalId(record);
        if (known.isPresent()) {
            return deleteImage(known.get());
        }
        return provider.list().thenComposeAsync(listing -> deleteMarked(record, listing), shop.loop());
    }

    private CompletableFuture<Void> deleteMarked(ImageUpload record, Listing<StoredImage> listing) {
        var made = listing.items().stream()
                .filter(image -> provider.ours(image, installation) && ImageLeaks.madeBy(record, image))
                .toList();
        if (!listing.complete()) {
            return CompletableFuture.failedFuture(new DriverException(
                    Fault.UNAVAILABLE, "the images of " + provider.name() + " could not all be listed"));
        }
        return CompletableFuture.allOf(
                made.stream().map(image -> deleteImage(image.id())).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> deleteImage(ExternalId id) {
        return provider.delete(id)
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private static Optional<ExternalId> externalId(ImageUpload record) {
        var json = record.doc().get("external_id");
        return json instanceof String text && !text.isEmpty() || json instanceof Map
                ? Optional.of(new ExternalId(json))
                : Optional.empty();
    }
}
