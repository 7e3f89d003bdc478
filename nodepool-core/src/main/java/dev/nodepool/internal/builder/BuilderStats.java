package dev.nodepool.internal.builder;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.internal.image.BuildWork;
import dev.nodepool.internal.image.Sight;
import dev.nodepool.internal.image.UploadWork;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** The figures of a builder under the names that Python's builder uses. Lives on the loop. */
final class BuilderStats implements BuildWork.Listener, UploadWork.Listener {

    private static final long IDLE = 0;
    private static final long BUILDING = 1;
    private static final long UPLOADING = 2;
    private static final long PAUSED = 3;

    private final Stats stats;
    private final String host;
    private final Supplier<Double> now;

    /**
     * @param host full name of this host
     * @param now seconds since the epoch
     */
    BuilderStats(Stats stats, String host, Supplier<Double> now) {
        this.stats = stats;
        this.host = host;
        this.now = now;
    }

    @Override
    public void built(String image, boolean ready, int status, Duration took, Map<String, Long> sizes) {
        var prefix = "nodepool.dib_image_build." + image + ".";
        sizes.forEach((format, bytes) -> stats.gauge(prefix + format + ".size", bytes));
        stats.gauge(prefix + "status.rc", status);
        stats.time(prefix + "status.duration", took);
        stats.gauge(prefix + "status.last_build", now.get().longValue());
    }

    @Override
    public void uploaded(String image, String provider, Duration took) {
        stats.time("nodepool.image_update." + image + "." + provider, took);
    }

    void leakDeleted(String provider) {
        stats.count("nodepool.provider." + provider + ".leaked.images", 1);
    }

    /** What is not an event but a state; to be called now and then. */
    void states(Sight sight, BuildWork builds, UploadWork uploads) {
        var requests = sight.images().values().stream()
                .filter(image -> image.request().isPresent())
                .count();
        stats.gauge("nodepool.image_build_requests", requests);
        for (var image : sight.diskImages()) {
            var name = image.name();
            var requested = sight.facts(name).request().isPresent();
            stats.gauge("nodepool.image." + name + ".image_build_requests", requested ? 1 : 0);
            var paused = image.pause() || sight.facts(name).paused();
            var prefix = "nodepool.builder." + host + ".image." + name;
            stats.gauge(prefix + ".build.state", state(builds.building(name), BUILDING, paused));
            uploadStates(sight, image, paused, prefix, uploads);
        }
    }

    private void uploadStates(Sight sight, DiskImageConfig image, boolean paused, String prefix, UploadWork uploads) {
        sight.providers()
                .forEach((provider, open) -> open.wants(image.name()).ifPresent(wanted -> {
                    var uploading = uploads.uploading(image.name(), provider);
                    stats.gauge(
                            prefix + ".provider." + provider + ".upload.state",
                            state(uploading, UPLOADING, paused || wanted.paused()));
                }));
    }

    private static long state(boolean busy, long work, boolean paused) {
        return paused ? PAUSED : busy ? work : IDLE;
    }
}
