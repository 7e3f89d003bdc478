package dev.nodepool.driver;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Images of a provider. Same rules as {@link Provider}. */
public interface ImageStore {

    /** Mark of an image: the build it is of. */
    String BUILD_ID = "nodepool_build_id";

    /** Mark of an image: the upload that made it, unique within its build and provider. */
    String UPLOAD_ID = "nodepool_upload_id";

    /**
     * Uploads an image.
     *
     * @param sent told the bytes sent so far, now and then
     */
    CompletableFuture<ExternalId> upload(ImageUpload upload, LongConsumer sent);

    CompletableFuture<Listing<StoredImage>> list();

    /** Deletes an image; absent is success. */
    CompletableFuture<Void> delete(ExternalId id);

    /**
     * An image to upload.
     *
     * @param name name in the cloud
     * @param image name of the disk image in the configuration
     * @param metadata marks and properties the image carries from its creation on
     * @param sha256 lower-case hex digits
     * @param md5 lower-case hex digits
     */
    record ImageUpload(
            String name, String image, Map<String, String> metadata, Source source, String sha256, String md5) {}

    /** The bytes of an image; can be opened again when a transfer has to start over. */
    interface Source {

        long length();

        InputStream open() throws IOException;
    }

    /**
     * An image in the cloud.
     *
     * @param metadata the marks it carries
     */
    record StoredImage(ExternalId id, String name, Map<String, String> metadata) {}
}
