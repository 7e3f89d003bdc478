package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** The image uploads of all providers, to find the one that new machines boot from. */
public final class Uploads {

    private static final Pattern UPLOAD = Pattern.compile(
            Layout.IMAGES + "/(?<image>[^/]+)/builds/(?<build>[^/]+)/providers/(?<provider>[^/]+)/images/(?<id>[^/]+)");

    private final DocumentCache cache;

    public Uploads(Tree tree, Loop loop, Timer timer, Runnable changed) {
        cache = new DocumentCache(tree, loop, timer, Layout.IMAGES, Uploads::isUpload, path -> !isLock(path), changed);
    }

    public DocumentCache cache() {
        return cache;
    }

    /** The most recent ready upload of an image to a provider. */
    public Optional<ImageUpload> newestReady(String image, String provider) {
        return cache.documents().entrySet().stream()
                .map(e -> {
                    var match = UPLOAD.matcher(e.getKey());
                    return match.matches()
                            ? new ImageUpload(
                                    match.group("image"),
                                    match.group("build"),
                                    match.group("provider"),
                                    match.group("id"),
                                    e.getValue())
                            : null;
                })
                .filter(u ->
                        u != null && u.image().equals(image) && u.provider().equals(provider))
                .filter(u -> u.state() == UploadState.READY && u.externalId().isPresent())
                .max(Comparator.comparingDouble(ImageUpload::stateTime));
    }

    /** Path of an upload, which is what nodes hold as their image. */
    public static String path(ImageUpload upload) {
        return Layout.IMAGES + "/" + upload.image() + "/builds/" + upload.build() + "/providers/" + upload.provider()
                + "/images/" + upload.id();
    }

    private static boolean isUpload(String path) {
        return UPLOAD.matcher(path).matches() && !isLock(path);
    }

    private static boolean isLock(String path) {
        return path.endsWith("/lock");
    }
}
