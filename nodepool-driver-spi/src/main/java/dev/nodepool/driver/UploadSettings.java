package dev.nodepool.driver;

import java.time.Duration;
import java.util.Optional;

/**
 * How images are uploaded to a provider.
 *
 * @param nameFormat names of images in the cloud; fields {@code image_name}, {@code timestamp} (seconds since the epoch) and
 *     {@code upload_id} in braces
 * @param timeout longest time of one upload, positive
 * @param hook program that is run after an upload with the names of provider, image in the cloud and local file; an upload
 *     it refuses counts as failed
 */
public record UploadSettings(String nameFormat, Duration timeout, Optional<String> hook) {

    public static final UploadSettings DEFAULTS =
            new UploadSettings("{image_name}-{timestamp}", Duration.ofHours(1), Optional.empty());
}
