package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Paths;
import java.util.Optional;
import java.util.stream.Stream;

/** Where things of disk images are in ZooKeeper. */
public final class ImagePaths {

    private static final String BUILDS = "builds";
    private static final String PROVIDERS = "providers";
    private static final String UPLOADS = "images";
    private static final String LOCK = "lock";

    /** What a path below the images is. */
    public sealed interface Place {

        /** An image itself. */
        record Image(String image) implements Place {}

        record Request(String image) implements Place {}

        record Pause(String image) implements Place {}

        record Build(String image, String build) implements Place {}

        record Upload(String image, String build, String provider, String upload) implements Place {}

        /** Somebody in one of the two locks that say that work is under way. */
        record Contender(String lockDir, String name) implements Place {}

        /** Anything else: directories between the others, locks taken for a moment. */
        record Other() implements Place {}
    }

    private ImagePaths() {}

    public static String image(String image) {
        return Layout.IMAGES + "/" + image;
    }

    /** The manual request for a build: it exists or not. */
    public static String request(String image) {
        return image(image) + "/request-build";
    }

    /** The order to pause an image: it exists or not. */
    public static String pause(String image) {
        return image(image) + "/pause";
    }

    public static String builds(String image) {
        return image(image) + "/" + BUILDS;
    }

    /** The lock held during a whole build of an image. */
    public static String buildsLock(String image) {
        return builds(image) + "/" + LOCK;
    }

    public static String build(String image, String build) {
        return builds(image) + "/" + build;
    }

    /** The lock of one build, taken only to mark it deleting. */
    public static String buildLock(String image, String build) {
        return build(image, build) + "/" + LOCK;
    }

    public static String providers(String image, String build) {
        return build(image, build) + "/" + PROVIDERS;
    }

    public static String uploads(String image, String build, String provider) {
        return providers(image, build) + "/" + provider + "/" + UPLOADS;
    }

    /** The lock held during a whole upload of a build to a provider. */
    public static String uploadsLock(String image, String build, String provider) {
        return uploads(image, build, provider) + "/" + LOCK;
    }

    public static String upload(String image, String build, String provider, String upload) {
        return uploads(image, build, provider) + "/" + upload;
    }

    /** The lock of one upload, taken to mark and to delete it. */
    public static String uploadLock(String image, String build, String provider, String upload) {
        return upload(image, build, provider, upload) + "/" + LOCK;
    }

    /** Whether something is kept of an image in an archive: a pause, a build or an upload. */
    public static boolean archived(String path) {
        return path.startsWith("/")
                && Stream.of(path.substring(1).split("/", -1)).allMatch(Paths::isName)
                && (isPause(path) || isUpload(path) || place(path) instanceof Place.Build);
    }

    public static boolean isPause(String path) {
        return place(path) instanceof Place.Pause;
    }

    public static boolean isUpload(String path) {
        return place(path) instanceof Place.Upload;
    }

    static Place place(String path) {
        if (!path.startsWith(Layout.IMAGES + "/")) {
            return new Place.Other();
        }
        var parts = path.substring(Layout.IMAGES.length() + 1).split("/");
        return flag(parts)
                .or(() -> contender(path, parts))
                .or(() -> record(parts))
                .orElseGet(Place.Other::new);
    }

    private static Optional<Place> flag(String[] parts) {
        if (parts.length == 1) {
            return Optional.of(new Place.Image(parts[0]));
        }
        if (parts.length != 2) {
            return Optional.empty();
        }
        return switch (parts[1]) {
            case "request-build" -> Optional.of(new Place.Request(parts[0]));
            case "pause" -> Optional.of(new Place.Pause(parts[0]));
            default -> Optional.empty();
        };
    }

    private static Optional<Place> contender(String path, String[] parts) {
        var inBuildsLock = parts.length == 4 && parts[1].equals(BUILDS) && parts[2].equals(LOCK);
        var inUploadsLock = parts.length == 8 && belowUploads(parts) && parts[6].equals(LOCK);
        if (!inBuildsLock && !inUploadsLock) {
            return Optional.empty();
        }
        var end = path.lastIndexOf('/');
        return Optional.of(new Place.Contender(path.substring(0, end), path.substring(end + 1)));
    }

    private static Optional<Place> record(String[] parts) {
        if (parts.length == 3 && parts[1].equals(BUILDS) && !parts[2].equals(LOCK)) {
            return Optional.of(new Place.Build(parts[0], parts[2]));
        }
        if (parts.length == 7 && belowUploads(parts) && !parts[6].equals(LOCK)) {
            return Optional.of(new Place.Upload(parts[0], parts[2], parts[4], parts[6]));
        }
        return Optional.empty();
    }

    private static boolean belowUploads(String[] parts) {
        return parts[1].equals(BUILDS) && parts[3].equals(PROVIDERS) && parts[5].equals(UPLOADS);
    }
}
