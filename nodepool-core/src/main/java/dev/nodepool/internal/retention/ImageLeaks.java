package dev.nodepool.internal.retention;

import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which images of ours in a cloud are proven leaks: carrying our marks, known to no upload record, and that for a while.
 *
 * @param sightings since when each unknown image was seen in every listing, epoch seconds by external id
 */
public record ImageLeaks(Map<String, Double> sightings) {

    private static final String EXTERNAL_ID = "external_id";

    public static final ImageLeaks NONE_SEEN = new ImageLeaks(Map.of());

    public ImageLeaks {
        sightings = Map.copyOf(sightings);
    }

    /**
     * What follows from a listing.
     *
     * @param frozen whether so much is unknown that nothing may be deleted
     * @param unknown images that no record knows, proven leaks or not
     * @param proven images to delete, empty when frozen
     * @param next what to remember until the next listing
     */
    public record Verdict(boolean frozen, List<StoredImage> unknown, List<StoredImage> proven, ImageLeaks next) {}

    /**
     * Judges a complete listing.
     *
     * @param ours images with the mark of this installation and provider
     * @param uploads all upload records of the provider
     * @param now seconds since the epoch
     */
    public Verdict judge(Collection<StoredImage> ours, Collection<ImageUpload> uploads, double now) {
        var unknown = ours.stream()
                .filter(image -> uploads.stream().noneMatch(upload -> knows(upload, image)))
                .toList();
        var seen = new HashMap<String, Double>();
        unknown.forEach(image -> {
            var id = image.id().toString();
            seen.put(id, sightings.getOrDefault(id, now));
        });
        var next = new ImageLeaks(seen);
        if (suspicious(unknown.size(), ours.size())) {
            return new Verdict(true, unknown, List.of(), next);
        }
        var proven = unknown.stream()
                .filter(image -> now - seen.getOrDefault(image.id().toString(), now) >= Leaks.AGE_SECONDS)
                .toList();
        return new Verdict(false, unknown, proven, next);
    }

    /** Records that were lost must have been replaced before what they were about may go. */
    private static boolean suspicious(int unknown, int all) {
        return unknown > all - unknown || unknown > Leaks.UNSUSPICIOUS && unknown > Leaks.UNSUSPICIOUS_SHARE * all;
    }

    /**
     * Whether a record speaks for an image: it names it, or it is of the very upload that made it and does not say yet, or
     * not any more, what came of that.
     */
    public static boolean knows(ImageUpload upload, StoredImage image) {
        return image.id().json().equals(upload.doc().get(EXTERNAL_ID)) || madeBy(upload, image) && open(upload);
    }

    private static boolean open(ImageUpload upload) {
        return upload.state() != UploadState.READY || upload.doc().get(EXTERNAL_ID) == null;
    }

    /** Whether an image carries the marks of an upload. */
    public static boolean madeBy(ImageUpload upload, StoredImage image) {
        return upload.build().equals(image.metadata().get(ImageStore.BUILD_ID))
                && upload.id().equals(image.metadata().get(ImageStore.UPLOAD_ID));
    }
}
