package dev.nodepool.internal.image;

import dev.nodepool.internal.lifecycle.BuildEvent;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.retention.ImageRetention;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.retention.Wanted;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageBuild;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one build away: marks it, deletes its files, removes its record when no upload is left. Lives on the loop. */
final class BuildRemoval {

    private static final Logger LOG = LoggerFactory.getLogger(BuildRemoval.class);

    private final Workshop shop;
    private final Supplier<Wanted> wanted;
    private final ImageBuild build;

    BuildRemoval(Workshop shop, Supplier<Wanted> wanted, ImageBuild build) {
        this.shop = shop;
        this.wanted = wanted;
        this.build = build;
    }

    /**
     * Marks it, if that is still to be done. Whoever builds holds the lock of the image: when we get that, nobody does. It is
     * taken first, as builds do it, or the one that begins now and this would be in each other's way.
     */
    CompletableFuture<Boolean> mark() {
        return build.state() == BuildState.BUILDING
                ? shop.locks().holding(shop.locks().builds(build.image()), false, proof -> markLocked())
                : markLocked();
    }

    private CompletableFuture<Boolean> markLocked() {
        return shop.locks()
                .holding(
                        shop.locks().build(build),
                        false,
                        lock -> again(ImageRetention::marks)
                                .thenComposeAsync(
                                        due -> due.filter(b -> b.build().state() == build.state())
                                                .map(b -> delete(lock))
                                                .orElseGet(() -> CompletableFuture.completedFuture(false)),
                                        shop.loop()));
    }

    /** Deletes its files here and what its run left, then the record, unless an upload is left. */
    CompletableFuture<Boolean> remove() {
        return clearFiles()
                .thenComposeAsync(
                        x -> again(ImageRetention::records)
                                .thenComposeAsync(
                                        due -> due.isEmpty()
                                                ? CompletableFuture.completedFuture(false)
                                                : shop.records().remove(build).thenApply(gone -> {
                                                    if (gone) {
                                                        LOG.info("Build {}-{} is removed", build.image(), build.id());
                                                    }
                                                    return gone;
                                                }),
                                        shop.loop()),
                        shop.loop());
    }

    /** Processes first: what still runs would write the files again. */
    CompletableFuture<Void> clearFiles() {
        return shop.doOffLoop(() -> {
            var local = new Build(build.image(), build.id());
            shop.workspaces().sweep(local);
            shop.files().delete(local);
        });
    }

    private CompletableFuture<Optional<BuildFacts>> again(Function<ImageRetention, List<BuildFacts>> part) {
        return shop.stores()
                .cache()
                .read(build.image())
                .thenApplyAsync(
                        facts -> part.apply(ImageRetention.of(wanted.get(), unlocked(facts), shop.now())).stream()
                                .filter(b -> b.id().equals(build.id()))
                                .findFirst(),
                        shop.loop());
    }

    /** Whether a build is under way is asked by its lock, not by who waits for it. */
    private static ImageFacts unlocked(ImageFacts facts) {
        return new ImageFacts(facts.name(), facts.paused(), facts.request(), false, facts.builds());
    }

    private CompletableFuture<Boolean> delete(LockHandle lock) {
        return shop.records()
                .hold(build, lock)
                .thenComposeAsync(
                        held -> {
                            if (held.record().state() == BuildState.BUILDING) {
                                LOG.warn(
                                        "Build {}-{} was abandoned by its builder {}",
                                        build.image(),
                                        build.id(),
                                        build.builder().orElse("(unknown)"));
                            }
                            return shop.records().apply(held, BuildEvent.DELETE, Map.of());
                        },
                        shop.loop())
                .thenApply(x -> true)
                .exceptionallyCompose(failure -> Refused.is(failure, Refused.Why.GONE)
                        ? CompletableFuture.completedFuture(true)
                        : CompletableFuture.failedFuture(failure));
    }
}
