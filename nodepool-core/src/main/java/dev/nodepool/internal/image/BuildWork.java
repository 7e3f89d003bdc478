package dev.nodepool.internal.image;

import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.internal.image.BuildFlow.Outcome;
import dev.nodepool.internal.image.BuildFlow.Outcome.Kind;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.BuildNeed;
import dev.nodepool.internal.retention.BuildNeed.Due;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.model.BuildState;
import dev.nodepool.view.ImageProgress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds what is due, a few at a time: what somebody asked for first, then what has waited longest. What fails is tried
 * again after a pause that grows, unless its configuration changes or somebody asks anew. Lives on the loop.
 */
public final class BuildWork {

    private static final Logger LOG = LoggerFactory.getLogger(BuildWork.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** What was not to be done after all is left to the events that will tell. */
    private static final Duration SKIPPED_PAUSE = Duration.ofSeconds(1);

    /** Told of ends on the loop. */
    public interface Listener {

        /** A run ended, well or not. */
        void built(String image, boolean ready, int status, Duration took, Map<String, Long> sizes);
    }

    private record Candidate(DiskImageConfig image, Due due) {}

    private final Workshop shop;
    private final int workers;
    private final Listener listener;
    private final Runnable changed;
    private final Map<String, BuildFlow> flows = new ConcurrentHashMap<>();
    private final Map<String, DiskImageConfig> failedWith = new HashMap<>();
    private final Map<String, Duration> lastTook = new HashMap<>();
    private final Retries retries = new Retries(FIRST_PAUSE, LONGEST_PAUSE);
    private final Retries skipped = new Retries(SKIPPED_PAUSE, SKIPPED_PAUSE);

    /** @param changed run on the loop when a flow has ended */
    public BuildWork(Workshop shop, int workers, Listener listener, Runnable changed) {
        this.shop = shop;
        this.workers = workers;
        this.listener = listener;
        this.changed = changed;
    }

    /** Begins what is due and fits. */
    public void round(Sight sight) {
        retries.retain(Set.copyOf(sight.config().diskImages().keySet()));
        candidates(sight).stream()
                .limit(Math.max(0, workers - flows.size()))
                .forEach(candidate -> begin(candidate.image(), sight));
    }

    private List<Candidate> candidates(Sight sight) {
        return sight.diskImages().stream()
                .filter(image -> !flows.containsKey(image.name()))
                .filter(image -> !sight.facts(image.name()).building())
                .flatMap(image -> candidate(image, sight).stream())
                .sorted(Comparator.comparing(Candidate::due, BuildNeed.ORDER))
                .toList();
    }

    private Optional<Candidate> candidate(DiskImageConfig image, Sight sight) {
        var facts = sight.facts(image.name());
        if (!(BuildNeed.of(image, facts, sight.now()) instanceof Due due)) {
            return Optional.empty();
        }
        var name = image.name();
        remember(name, facts);
        var asked = facts.request()
                .filter(request -> retries.lastFailure(name)
                        .filter(failed -> request.since() > failed)
                        .isPresent())
                .isPresent();
        if (!image.equals(failedWith.getOrDefault(name, image))) {
            retries.forget(name);
        }
        return skipped.mayTry(name, sight.now()) && (asked || retries.mayTry(name, sight.now()))
                ? Optional.of(new Candidate(image, due))
                : Optional.empty();
    }

    /** A failure of another builder, or of us before a restart, counts once. */
    private void remember(String image, ImageFacts facts) {
        if (retries.lastFailure(image).isEmpty() && !failedWith.containsKey(image)) {
            facts.lastResult()
                    .map(BuildFacts::build)
                    .filter(build -> build.state() == BuildState.FAILED)
                    .ifPresent(build -> retries.failed(image, build.stateTime()));
        }
    }

    private void begin(DiskImageConfig image, Sight sight) {
        var flow = new BuildFlow(shop, image, sight.config().builder(), lastTook.get(image.name()));
        flows.put(image.name(), flow);
        flow.run().whenCompleteAsync((outcome, failure) -> ended(image, outcome, failure), shop.loop());
    }

    private void ended(DiskImageConfig image, @Nullable Outcome outcome, @Nullable Throwable failure) {
        var name = image.name();
        flows.remove(name);
        skipped.forget(name);
        if (outcome == null) {
            retries.failed(name, shop.now());
            LOG.warn("No build of {} this time: {}", name, failure == null ? "" : Failures.text(failure));
        } else if (outcome.kind() == Kind.FAILED) {
            retries.failed(name, shop.now());
            failedWith.put(name, image);
            LOG.error(
                    "The build of {} failed: {}; to be tried again in {} s at the earliest",
                    name,
                    outcome.why(),
                    retries.delay(name).toSeconds());
        } else if (outcome.kind() == Kind.READY) {
            retries.forget(name);
            failedWith.remove(name);
            lastTook.put(name, outcome.duration());
        } else {
            skipped.failed(name, shop.now());
        }
        if (outcome != null && outcome.kind() != Kind.SKIPPED) {
            listener.built(name, outcome.kind() == Kind.READY, outcome.status(), outcome.duration(), outcome.formats());
        }
        changed.run();
    }

    /** When something becomes due by time alone, seconds since the epoch. */
    public double next(Sight sight) {
        var due = sight.diskImages().stream()
                .map(image -> BuildNeed.of(image, sight.facts(image.name()), sight.now()))
                .mapToDouble(need -> need instanceof BuildNeed.NotDue not ? not.until() : Double.POSITIVE_INFINITY)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
        return Math.min(due, Math.min(retries.next(sight.now()), skipped.next(sight.now())));
    }

    /** Forgets that an image failed. */
    public void retry(String image) {
        retries.forget(image);
    }

    /** Whether an image is built here now. */
    public boolean building(String image) {
        return flows.containsKey(image);
    }

    /** Whether a build is one that is made here now. */
    boolean making(String image, String build) {
        var flow = flows.get(image);
        return flow != null && flow.build().filter(b -> b.id().equals(build)).isPresent();
    }

    public boolean idle() {
        return flows.isEmpty();
    }

    public void sessionLost() {
        flows.values().forEach(BuildFlow::sessionLost);
    }

    public void abort() {
        flows.values().forEach(flow -> flow.abort("the builder stops"));
    }

    /** What is under way; may be called from any thread. */
    public List<ImageProgress> progress() {
        return flows.values().stream().flatMap(flow -> flow.progress().stream()).toList();
    }
}
