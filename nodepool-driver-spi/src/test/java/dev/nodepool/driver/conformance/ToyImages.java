package dev.nodepool.driver.conformance;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Listing;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Images of the toy cloud, of which the bytes are read and forgotten. */
class ToyImages implements ImageStore {

    final ToyProvider provider;

    ToyImages(ToyProvider provider) {
        this.provider = provider;
    }

    @Override
    public CompletableFuture<ExternalId> upload(ImageUpload upload, LongConsumer sent) {
        return provider.later(() -> {
            var id = new ExternalId(UUID.randomUUID().toString());
            provider.cloud.images.put(id, stored(id, upload));
            try (var bytes = upload.source().open()) {
                sent.accept(bytes.transferTo(OutputStream.nullOutputStream()));
            } catch (IOException e) {
                broken(id);
                throw new DriverException(Fault.UNEXPECTED, "can not be read", null, e);
            }
            return id;
        });
    }

    StoredImage stored(ExternalId id, ImageUpload upload) {
        return new StoredImage(id, upload.name(), upload.metadata());
    }

    void broken(ExternalId id) {
        provider.cloud.images.remove(id);
    }

    @Override
    public CompletableFuture<Listing<StoredImage>> list() {
        return provider.later(() -> Listing.complete(List.copyOf(provider.cloud.images.values())));
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        return provider.later(() -> {
            provider.cloud.images.remove(id);
            return null;
        });
    }
}
