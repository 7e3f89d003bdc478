package dev.nodepool.internal.image;

import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.ImageRetention;
import dev.nodepool.internal.retention.Wanted;
import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is not needed any more. Each thing goes by itself, so that one that can not go holds up no other; it is tried
 * again after a pause that grows. Lives on the loop.
 */
public final class CleanupWork {

    private static final Logger LOG = LoggerFactory.getLogger(CleanupWork.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** Finding it done or locked is no failure, but no reason to ask again at once either. */
    private static final Duration NOT_NOW = Duration.ofSeconds(5);

    private final Workshop shop;
    private final Function<String, Wanted> wanted;
    private final BuildWork builds;
    private final Runnable changed;
    private final Set<String> underWay = new HashSet<>();
    private final Retries retries = new Retries(FIRST_PAUSE, LONGEST_PAUSE);
    private final Retries later = new Retries(NOT_NOW, NOT_NOW);
    private boolean stopped;

    /**
     * @param wanted what the configuration in force says of an image
     * @param changed run on the loop when something has been removed or may be tried again
     */
    public CleanupWork(Workshop shop, Function<String, Wanted> wanted, BuildWork builds, Runnable changed) {
        this.shop = shop;
        this.wanted = wanted;
        this.builds = builds;
        this.changed = changed;
    }

    /** Begins to remove what is to go. */
    public void round(Sight sight) {
        if (stopped) {
            return;
        }
        var keys = new HashSet<String>();
        for (var image : sight.images().values()) {
            image(sight, image, keys);
        }
        retries.retain(keys);
        later.retain(keys);
    }

    private void image(Sight sight, ImageFacts image, Set<String> keys) {
        var plan = ImageRetention.of(sight.wanted(image.name(), shop), image, sight.now());
        Supplier<Wanted> now = () -> wanted.apply(image.name());
        for (var goes : plan.uploads()) {
            var upload = goes.upload().upload();
            var provider = sight.providers().get(upload.provider());
            if (provider == null) {
                continue;
            }
            var key = path(upload);
            keys.add(key);
            begin(key, sight.now(), () -> removal(sight, provider, now, upload).run());
        }
        for (var build : plan.marks()) {
            // What is made here now has a record before it has anything else.
            if (!builds.making(image.name(), build.id())) {
                var key = "mark " + path(build.build());
                keys.add(key);
                begin(key, sight.now(), () -> new BuildRemoval(shop, now, build.build()).mark());
            }
        }
        for (var build : plan.records()) {
            var key = path(build.build());
            keys.add(key);
            begin(key, sight.now(), () -> new BuildRemoval(shop, now, build.build()).remove());
        }
    }

    private UploadRemoval removal(Sight sight, ImageProvider provider, Supplier<Wanted> now, ImageUpload upload) {
        return new UploadRemoval(shop, sight.installation(), provider, now, upload);
    }

    private void begin(String key, double now, Supplier<CompletableFuture<Boolean>> work) {
        if (!retries.mayTry(key, now) || !later.mayTry(key, now) || !underWay.add(key)) {
            return;
        }
        CompletableFuture<Boolean> done;
        try {
            done = work.get();
        } catch (RuntimeException e) {
            done = CompletableFuture.failedFuture(e);
        }
        done.whenCompleteAsync((gone, failure) -> ended(key, gone, failure), shop.loop());
    }

    private void ended(String key, @Nullable Boolean gone, @Nullable Throwable failure) {
        underWay.remove(key);
        if (failure != null && !Refused.is(failure)) {
            retries.failed(key, shop.now());
            LOG.warn(
                    "{} can not be removed now, to be tried again in {} s at the earliest: {}",
                    key,
                    retries.delay(key).toSeconds(),
                    Failures.text(failure));
        } else {
            retries.forget(key);
            later.forget(key);
            if (!Boolean.TRUE.equals(gone)) {
                later.failed(key, shop.now());
            }
        }
        changed.run();
    }

    /** When something may be tried again by time alone, seconds since the epoch. */
    public double next(double now) {
        return Math.min(retries.next(now), later.next(now));
    }

    /** Begins nothing more. */
    public void stop() {
        stopped = true;
    }

    private static String path(ImageUpload upload) {
        return ImagePaths.upload(upload.image(), upload.build(), upload.provider(), upload.id());
    }

    private static String path(ImageBuild build) {
        return ImagePaths.build(build.image(), build.id());
    }
}
