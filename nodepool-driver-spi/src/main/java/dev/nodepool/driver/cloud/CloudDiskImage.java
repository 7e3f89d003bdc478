package dev.nodepool.driver.cloud;

import java.util.Map;
import java.util.Optional;

/**
 * A disk image of the builder that a provider wants.
 *
 * @param pause true when nothing is uploaded for now
 * @param configDrive whether servers get a config drive, empty to leave it to the cloud
 * @param meta properties of the image in the cloud
 * @param connectionType how machines of this image are reached, e.g. {@code ssh}
 * @param connectionPort TCP port for that
 */
public record CloudDiskImage(
        String name,
        boolean pause,
        Optional<Boolean> configDrive,
        Map<String, String> meta,
        String connectionType,
        int connectionPort) {

    public CloudDiskImage {
        meta = Map.copyOf(meta);
    }
}
