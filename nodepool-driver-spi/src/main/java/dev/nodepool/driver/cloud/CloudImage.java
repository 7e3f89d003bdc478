package dev.nodepool.driver.cloud;

import dev.nodepool.driver.Access;
import java.util.Optional;

/**
 * An image that the cloud has by itself.
 *
 * @param name how pool labels call it
 * @param imageId the cloud's id, used without asking
 * @param imageName the cloud's name or id, looked up
 * @param configDrive whether servers get a config drive, empty to leave it to the cloud
 * @param access how machines of this image are reached and used
 */
public record CloudImage(
        String name,
        Optional<String> imageId,
        Optional<String> imageName,
        Optional<Boolean> configDrive,
        Access access) {

    /** What to look up in the cloud when there is no {@link #imageId}: a name or an id. */
    public String lookup() {
        return imageName.orElse(name);
    }
}
