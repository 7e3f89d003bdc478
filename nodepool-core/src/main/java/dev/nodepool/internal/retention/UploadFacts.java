package dev.nodepool.internal.retention;

import dev.nodepool.model.ImageUpload;
import java.util.Comparator;

/**
 * An upload as seen at one moment. Immutable.
 *
 * @param upload its record; without fields when there is none that can be read
 * @param empty whether its znode holds nothing at all
 * @param created when its znode was made, seconds since the epoch
 * @param underWay whether somebody holds or waits for the lock of the uploads of its build to its provider
 */
public record UploadFacts(ImageUpload upload, boolean empty, double created, boolean underWay) {

    static final Comparator<UploadFacts> NEWEST_FIRST = Comparator.<UploadFacts>comparingDouble(
                    u -> u.upload().stateTime())
            .thenComparing(u -> u.upload().build())
            .thenComparing(u -> u.upload().id())
            .reversed();
}
