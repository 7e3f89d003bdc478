package dev.nodepool.internal.image;

import dev.nodepool.config.BuilderConfig;
import dev.nodepool.config.DiskImageConfig;
import dev.nodepool.internal.dib.BuildOrder;
import dev.nodepool.internal.dib.Checksums;
import dev.nodepool.internal.dib.DibResult;
import dev.nodepool.internal.dib.DibRuns;
import dev.nodepool.internal.lifecycle.BuildEvent;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.BuildNeed;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageProgress.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One build of an image, from the lock to the result. The record comes first and the files after it, so that whoever finds
 * either after a crash can tell what it is. Lives on the loop.
 */
final class BuildFlow {

    private static final Logger LOG = LoggerFactory.getLogger(BuildFlow.class);

    /**
     * How it went.
     *
     * @param kind what came of it
     * @param status exit status of diskimage-builder; 1 when it had none
     * @param duration of the run and the checks
     * @param formats what was made, with the bytes each takes on disk; empty unless it is ready
     * @param why for people
     */
    record Outcome(Kind kind, int status, Duration duration, Map<String, Long> formats, String why) {

        enum Kind {
            /** Somebody else builds it, or no build was due any more. */
            SKIPPED,
            READY,
            FAILED
        }
    }

    private final Workshop shop;
    private final DiskImageConfig image;
    private final BuilderConfig directories;
    private final @Nullable Duration expected;
    private volatile @Nullable Held<ImageBuild> held;
    private Optional<ImageFacts.Request> request = Optional.empty();
    private volatile DibRuns.@Nullable Run run;
    private volatile boolean aborted;
    private boolean lost;
    private String why = "";
    private Instant began;
    private volatile Step step = Step.BUILDING;
    private volatile Instant stepBegan;
    private volatile long checked;
    private volatile long toCheck;

    /** @param expected how long the last build of the image took, null when nobody knows */
    BuildFlow(Workshop shop, DiskImageConfig image, BuilderConfig directories, @Nullable Duration expected) {
        this.shop = shop;
        this.image = image;
        this.directories = directories;
        this.expected = expected;
        began = shop.stores().threads().clock().instant();
        stepBegan = began;
    }

    /** Completes on the loop; fails only when ZooKeeper could not be asked, and then nothing was built. */
    CompletableFuture<Outcome> run() {
        return shop.locks()
                .holding(shop.locks().builds(image.name()), skipped("somebody else builds it"), this::locked);
    }

    private static Outcome skipped(String why) {
        return new Outcome(Outcome.Kind.SKIPPED, 0, Duration.ZERO, Map.of(), why);
    }

    private CompletableFuture<Outcome> locked(LockHandle mine) {
        return shop.stores()
                .cache()
                .read(image.name())
                .thenComposeAsync(
                        facts -> {
                            if (aborted || !(BuildNeed.of(image, facts, shop.now()) instanceof BuildNeed.Due due)) {
                                return CompletableFuture.completedFuture(skipped("no build is due any more"));
                            }
                            request = facts.request();
                            return markAbandoned(facts)
                                    .thenComposeAsync(
                                            x -> shop.records()
                                                    .createBuild(
                                                            mine,
                                                            image.name(),
                                                            List.copyOf(image.formats()),
                                                            shop.host(),
                                                            shop.builderId()),
                                            shop.loop())
                                    .thenComposeAsync(made -> build(made, due), shop.loop());
                        },
                        shop.loop());
    }

    /** We hold the lock, so nobody builds what says it is being built; otherwise it would seem so until we are done. */
    private CompletableFuture<Void> markAbandoned(ImageFacts facts) {
        return CompletableFuture.allOf(facts.builds().stream()
                .map(BuildFacts::build)
                .filter(build -> build.state() == BuildState.BUILDING)
                .map(this::markAbandoned)
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Boolean> markAbandoned(ImageBuild build) {
        return shop.locks()
                .holding(
                        shop.locks().build(build),
                        false,
                        lock -> shop.records()
                                .hold(build, lock)
                                .thenComposeAsync(
                                        now -> shop.records().apply(now, BuildEvent.DELETE, Map.of()), shop.loop())
                                .thenApply(x -> true))
                .exceptionally(failure -> {
                    LOG.warn(
                            "The abandoned build {}-{} stays for the clean-up: {}",
                            build.image(),
                            build.id(),
                            Failures.text(failure));
                    return false;
                });
    }

    private CompletableFuture<Outcome> build(Held<ImageBuild> made, BuildNeed.Due due) {
        held = made;
        began = shop.stores().threads().clock().instant();
        stepBegan = began;
        LOG.info("Building {}-{}: {}", image.name(), made.id(), due.why().text());
        var started = shop.dib().start(new BuildOrder(image, made.id(), shop.imagesDir(), directories));
        run = started;
        if (aborted) {
            started.stop();
        }
        return started.done()
                .thenComposeAsync(result -> check(made.record(), result, started.log()), shop.loop())
                .thenComposeAsync(checked -> store(made, checked), shop.loop());
    }

    /** A result with the sizes of all images when they are as they should be. */
    private record Checked(DibResult result, Map<String, Long> formats, String why) {

        boolean good() {
            return why.isEmpty();
        }
    }

    private CompletableFuture<Checked> check(ImageBuild record, DibResult result, Path log) {
        if (!result.good()) {
            var text = switch (result.end()) {
                case EXITED -> "exit status " + result.status() + ", see " + log;
                case NOT_STARTED -> "it could not be started: " + result.detail();
                case TIMED_OUT -> "it took longer than " + image.buildTimeout().toSeconds() + " s";
                case STOPPED -> why.isEmpty() ? "it was stopped" : why;
            };
            return CompletableFuture.completedFuture(new Checked(result, Map.of(), text));
        }
        step = Step.CHECKING;
        stepBegan = shop.stores().threads().clock().instant();
        var build = new Build(record.image(), record.id());
        return shop.offLoop(() -> verified(build))
                .handle((sizes, failure) -> failure == null
                        ? new Checked(result, sizes, "")
                        : new Checked(result, Map.of(), Failures.text(failure)));
    }

    private Map<String, Long> verified(Build build) throws IOException {
        var files = shop.files();
        for (var format : image.formats()) {
            if (!files.has(build, format)) {
                throw new IOException("there is no image " + files.image(build, format));
            }
            toCheck += Files.size(files.image(build, format));
        }
        var sizes = new LinkedHashMap<String, Long>();
        long before = 0;
        for (var format : image.formats()) {
            var start = before;
            Checksums.ensure(files, build, format, bytes -> checked = start + bytes, () -> aborted);
            before += Files.size(files.image(build, format));
            sizes.put(format, files.allocated(build, format));
        }
        return sizes;
    }

    private CompletableFuture<Outcome> store(Held<ImageBuild> made, Checked checked) {
        var good = checked.good() && !aborted && !lost;
        if (lost) {
            // Somebody may have marked the record meanwhile; without the lock it is no longer ours to write.
            return discarded(made.record(), checked, "the ZooKeeper session was lost");
        }
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("username", image.username());
        fields.put("python_path", image.pythonPath());
        fields.put("shell_type", image.shellType());
        var written = good
                ? shop.records().apply(made, BuildEvent.SUCCEED, fields)
                : shop.records().apply(made, BuildEvent.FAIL, fields, "formats");
        return written.handleAsync(
                        (x, failure) -> failure == null
                                ? stored(made.record(), checked, good)
                                : discarded(
                                        made.record(),
                                        checked,
                                        "its record can not be written: " + Failures.text(failure)),
                        shop.loop())
                .thenCompose(x -> x);
    }

    private CompletableFuture<Outcome> stored(ImageBuild record, Checked checked, boolean good) {
        if (!good) {
            return CompletableFuture.completedFuture(outcome(Outcome.Kind.FAILED, checked, checked.why()));
        }
        var ready = outcome(Outcome.Kind.READY, checked, "");
        LOG.info(
                "Build {}-{} is ready after {} s, bytes on disk: {}",
                record.image(),
                record.id(),
                ready.duration().toSeconds(),
                ready.formats());
        return request.map(r -> shop.records().answered(record.image(), r.created()))
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .handleAsync(
                        (x, failure) -> {
                            if (failure != null) {
                                LOG.warn(
                                        "The request for {} stays, so that it is built once more: {}",
                                        record.image(),
                                        Failures.text(failure));
                            }
                            return ready;
                        },
                        shop.loop());
    }

    /** Nobody will look for the files of this build, so they go now. */
    private CompletableFuture<Outcome> discarded(ImageBuild record, Checked checked, String reason) {
        LOG.warn("The files of build {}-{} are deleted: {}", record.image(), record.id(), reason);
        return shop.doOffLoop(() -> shop.files().delete(new Build(record.image(), record.id())))
                .handle((x, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "Files of build {}-{} stay for the clean-up: {}",
                                record.image(),
                                record.id(),
                                Failures.text(failure));
                    }
                    return outcome(Outcome.Kind.FAILED, checked, reason);
                });
    }

    private Outcome outcome(Outcome.Kind kind, Checked checked, String reason) {
        var took = Duration.between(began, shop.stores().threads().clock().instant());
        return new Outcome(kind, checked.result().status(), took, checked.formats(), reason);
    }

    /** Ends it as soon as that can be done without leaving anything behind. */
    void abort(String reason) {
        aborted = true;
        why = reason;
        var running = run;
        if (running != null) {
            running.stop();
        }
    }

    /** The session is over, and with it the lock: somebody else may build the image now. */
    void sessionLost() {
        lost = true;
        abort("the ZooKeeper session was lost");
    }

    /** The build, once it has an id. */
    Optional<ImageBuild> build() {
        return Optional.ofNullable(held).map(Held::record);
    }

    /** How far it is; may be called from any thread. */
    Optional<ImageProgress> progress() {
        var now = held;
        var running = run;
        if (now == null || running == null) {
            return Optional.empty();
        }
        var building = step == Step.BUILDING;
        return Optional.of(new ImageProgress(
                step,
                image.name(),
                now.id(),
                null,
                stepBegan,
                building ? size(running) : checked,
                building ? 0 : toCheck,
                building ? expected : null));
    }

    private static long size(DibRuns.Run running) {
        try {
            return Files.size(running.log());
        } catch (IOException notThereYet) {
            return 0;
        }
    }
}
