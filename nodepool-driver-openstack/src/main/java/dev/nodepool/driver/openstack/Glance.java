package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.openstack.clouds.CloudEntry;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Json;
import dev.nodepool.driver.openstack.rest.Rest;
import dev.nodepool.driver.openstack.rest.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * The images of a project.
 *
 * @param limit longest time of an upload
 */
record Glance(Rest rest, CloudEntry cloud, ProviderContext context, Duration limit) implements ImageStore {

    @Override
    public CompletableFuture<ExternalId> upload(ImageUpload upload, LongConsumer sent) {
        return new Upload(
                        rest,
                        context,
                        upload,
                        new Checked(upload.source(), sent),
                        cloud.imageFormat(),
                        cloud.imageImport(),
                        limit)
                .start();
    }

    /** Only those of the project: those that others share can not be ours. */
    @Override
    public CompletableFuture<Listing<StoredImage>> list() {
        return rest.project().thenCompose(project -> {
            var call = Call.get(Service.IMAGE, "images", "/images?limit=200&owner=" + Call.quoted(project));
            return Pages.read(rest::call, call, "images")
                    .thenApply(pages -> new Listing<>(
                            pages.items().stream()
                                    .map(image -> new StoredImage(
                                            new ExternalId(image.path("id").asText()),
                                            image.path("name").asText(),
                                            Json.texts(image)))
                                    .toList(),
                            pages.complete()));
        });
    }

    @Override
    public CompletableFuture<Void> delete(ExternalId id) {
        return rest.call(Call.delete(Service.IMAGE, "image", "/images/" + Call.quoted(id.toString())))
                .<Void>thenApply(answer -> null)
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }
}
