package dev.nodepool.internal.image;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.internal.image.UploadFlow.Outcome;
import dev.nodepool.internal.image.UploadFlow.Outcome.Kind;
import dev.nodepool.internal.provider.ImageProvider;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.retention.UploadNeed;
import dev.nodepool.view.ImageProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads what providers lack, a few at a time and fairly: the provider with the fewest uploads under way goes next, one
 * whose uploads fail gets one at a time and pauses that grow, and none may take all places. Lives on the loop.
 */
public final class UploadWork {

    private static final Logger LOG = LoggerFactory.getLogger(UploadWork.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** What was not to be done after all is left to the events that will tell. */
    private static final Duration SKIPPED_PAUSE = Duration.ofSeconds(1);

    /** Told of ends on the loop. */
    public interface Listener {

        /** An upload turned ready. */
        void uploaded(String image, String provider, Duration took);
    }

    private record Key(String image, String provider) {

        String text() {
            // No name holds a slash.
            return provider + "/" + image;
        }
    }

    private record Candidate(
            Key key, DiskImageConfig image, ProviderImage wanted, ImageProvider provider, UploadNeed need) {}

    private final Workshop shop;
    private final int workers;
    private final Listener listener;
    private final Runnable changed;
    private final Map<Key, UploadFlow> flows = new ConcurrentHashMap<>();
    private final Retries retries = new Retries(FIRST_PAUSE, LONGEST_PAUSE);
    private final Retries skipped = new Retries(SKIPPED_PAUSE, SKIPPED_PAUSE);

    /** @param changed run on the loop when a flow has ended */
    public UploadWork(Workshop shop, int workers, Listener listener, Runnable changed) {
        this.shop = shop;
        this.workers = workers;
        this.listener = listener;
        this.changed = changed;
    }

    /** Begins what is lacking and fits. */
    public void round(Sight sight) {
        var candidates = candidates(sight);
        while (flows.size() < workers) {
            var next = next(candidates, sight.providers().size());
            if (next.isEmpty()) {
                return;
            }
            candidates.remove(next.get());
            begin(next.get(), sight);
        }
    }

    private List<Candidate> candidates(Sight sight) {
        var candidates = new ArrayList<Candidate>();
        var keys = new HashSet<String>();
        for (var provider : sight.providers().values()) {
            for (var image : sight.diskImages()) {
                var key = new Key(image.name(), provider.name());
                keys.add(key.text());
                if (!flows.containsKey(key)
                        && retries.mayTry(key.text(), sight.now())
                        && skipped.mayTry(key.text(), sight.now())) {
                    candidate(key, image, provider, sight).ifPresent(candidates::add);
                }
            }
        }
        retries.retain(keys);
        return candidates;
    }

    private Optional<Candidate> candidate(Key key, DiskImageConfig image, ImageProvider provider, Sight sight) {
        return provider.wants(image.name())
                .flatMap(wanted -> UploadNeed.of(
                                image,
                                wanted,
                                provider.name(),
                                sight.facts(image.name()),
                                build -> sight.local()
                                        .getOrDefault(new Build(build.image(), build.id()), Set.of())
                                        .contains(wanted.format()))
                        .filter(need -> !underWay(sight, need, provider.name()))
                        .map(need -> new Candidate(key, image, wanted, provider, need)));
    }

    /** Somebody else does it; when that ends there is news. */
    private static boolean underWay(Sight sight, UploadNeed need, String provider) {
        return sight.facts(need.build().image()).build(need.build().id()).stream()
                .flatMap(build -> build.uploadsTo(provider).stream())
                .anyMatch(upload -> upload.underWay());
    }

    private Optional<Candidate> next(List<Candidate> candidates, int providers) {
        var most = providers == 1 ? workers : Math.max(1, workers - 1);
        return candidates.stream()
                .filter(c -> active(c.provider().name()) < (failing(c.provider().name()) ? 1 : most))
                .min(Comparator.comparingLong(c -> active(c.provider().name())));
    }

    private long active(String provider) {
        return flows.keySet().stream()
                .filter(key -> key.provider().equals(provider))
                .count();
    }

    private boolean failing(String provider) {
        return retries.anyFailing(key -> key.startsWith(provider + "/"));
    }

    private void begin(Candidate candidate, Sight sight) {
        var flow = new UploadFlow(
                shop,
                sight.installation(),
                candidate.image(),
                candidate.wanted(),
                candidate.provider(),
                candidate.need());
        flows.put(candidate.key(), flow);
        flow.run().whenCompleteAsync((outcome, failure) -> ended(candidate.key(), outcome, failure), shop.loop());
    }

    private void ended(Key key, @Nullable Outcome outcome, @Nullable Throwable failure) {
        flows.remove(key);
        skipped.forget(key.text());
        if (outcome == null) {
            retries.failed(key.text(), shop.now());
            LOG.warn(
                    "No upload of {} to {} this time: {}",
                    key.image(),
                    key.provider(),
                    failure == null ? "" : Failures.text(failure));
        } else if (outcome.kind() == Kind.FAILED) {
            retries.failed(key.text(), shop.now(), outcome.retryAfter());
            LOG.warn(
                    "The upload of {} to {} failed: {}; to be tried again in {} s at the earliest",
                    key.image(),
                    key.provider(),
                    outcome.why(),
                    retries.delay(key.text()).toSeconds());
        } else if (outcome.kind() == Kind.READY) {
            retries.forget(key.text());
            listener.uploaded(key.image(), key.provider(), outcome.duration());
        } else {
            skipped.failed(key.text(), shop.now());
        }
        changed.run();
    }

    /** When something may be tried again by time alone, seconds since the epoch. */
    public double next(double now) {
        return Math.min(retries.next(now), skipped.next(now));
    }

    /** Forgets that uploads of an image failed. */
    public void retry(String image) {
        retries.forgetAll(key -> key.endsWith("/" + image));
    }

    /** Whether an image is uploaded to a provider from here now. */
    public boolean uploading(String image, String provider) {
        return flows.containsKey(new Key(image, provider));
    }

    public boolean idle() {
        return flows.isEmpty();
    }

    public void sessionLost() {
        flows.values().forEach(UploadFlow::sessionLost);
    }

    public void abort() {
        flows.values().forEach(UploadFlow::abort);
    }

    /** What is under way; may be called from any thread. */
    public List<ImageProgress> progress() {
        return flows.values().stream().flatMap(flow -> flow.progress().stream()).toList();
    }
}
