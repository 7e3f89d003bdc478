package dev.nodepool.driver.conformance;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.ImageUpload;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.ProviderImage;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** The images of a bench. */
final class ImageShelf {

    private final Bench bench;

    ImageShelf(Bench bench) {
        this.bench = bench;
    }

    private ImageStore store() {
        return bench.provider().images().orElseThrow(() -> new NotChecked("the provider holds no images", null));
    }

    /** The disk image of the settings that the uploads are of. */
    ProviderImage wanted() {
        return bench.settings().images().stream()
                .findFirst()
                .orElseThrow(() -> new NotChecked("the settings want no disk image", null));
    }

    /** An image to upload, with the marks the builder gives it. */
    ImageUpload order(ScratchImage content) {
        var wanted = wanted();
        var name = "nodepool-conformance-" + UUID.randomUUID();
        var metadata = new HashMap<>(wanted.properties());
        metadata.put(ImageStore.BUILD_ID, "0000000001");
        metadata.put(ImageStore.UPLOAD_ID, "0000000001");
        metadata.put(LaunchSpec.INSTALLATION, bench.installation());
        metadata.put(LaunchSpec.PROVIDER, bench.scratch.provider);
        return new ImageUpload(name, wanted.name(), metadata, content, content.sum("SHA-256"), content.sum("MD5"));
    }

    /** Starts an upload. */
    CompletableFuture<ExternalId> begin(ImageUpload upload, LongConsumer sent) {
        var store = store();
        return bench.calls.future(
                "images.upload()", bench.settings().uploads().timeout(), () -> store.upload(upload, sent));
    }

    ExternalId upload(ImageUpload upload, LongConsumer sent) {
        return Calls.answer("images.upload()", bench.settings().uploads().timeout(), begin(upload, sent));
    }

    void delete(String what, ExternalId id) {
        var store = store();
        Calls.answer(what, bench.patience.removal(), bench.call(what, () -> store.delete(id)));
    }

    /** All images, by a complete listing. @throws CheckFailure when there is none in time */
    List<StoredImage> all() {
        var store = store();
        var until = Until.in(bench.patience.call());
        while (!until.over()) {
            var listing =
                    Calls.answer("images.list()", bench.patience.call(), bench.call("images.list()", store::list));
            if (listing.complete()) {
                return listing.items();
            }
            until.pause();
        }
        throw new CheckFailure("images.list() was not complete within " + Calls.text(bench.patience.call()));
    }

    /** Those that this run uploaded. */
    List<StoredImage> own() {
        return all().stream()
                .filter(image -> bench.installation().equals(image.metadata().get(LaunchSpec.INSTALLATION)))
                .toList();
    }
}
