package dev.nodepool.internal.image;

import dev.nodepool.internal.lifecycle.BuildEvent;
import dev.nodepool.internal.lifecycle.UploadEvent;
import dev.nodepool.internal.retention.BuildFacts;
import dev.nodepool.internal.store.ImagePaths;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.store.LockHandle;
import dev.nodepool.internal.store.Removal;
import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.BuildState;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import dev.nodepool.model.UploadState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What people order about images. Needs a connection but no live copy. Futures complete on the loop. */
public final class ImageOrders {

    /** What came of an order. */
    public enum Answer {
        DONE,
        /** There is no such thing. */
        NOT_FOUND,
        /** Work on it is under way. */
        BUSY
    }

    private final ImageStores stores;

    public ImageOrders(ImageStores stores) {
        this.stores = stores;
    }

    /** Asks for a build; done again it changes nothing. */
    public CompletableFuture<Void> requestBuild(String image) {
        return named(image, () -> stores.tree().ensure(ImagePaths.request(image)));
    }

    /** Stops builds and uploads of an image that have not begun. */
    public CompletableFuture<Void> pause(String image) {
        return named(image, () -> stores.tree().ensure(ImagePaths.pause(image)));
    }

    public CompletableFuture<Void> unpause(String image) {
        return named(
                image,
                () -> stores.tree()
                        .delete(ImagePaths.pause(image), -1)
                        .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(failure)));
    }

    private CompletableFuture<Void> named(String image, Supplier<CompletableFuture<Void>> order) {
        return Paths.isName(image)
                ? onLoop(order.get())
                : CompletableFuture.failedFuture(
                        new IllegalArgumentException("\"" + image + "\" can not be the name of an image"));
    }

    /** Marks a build as deleting; builders do the rest. A build that is being made is left alone. */
    public CompletableFuture<Answer> deleteBuild(String image, String build) {
        return find(image, build)
                .thenComposeAsync(
                        found -> {
                            if (found.isEmpty()) {
                                return answer(Answer.NOT_FOUND);
                            }
                            return found.get().build().state() == BuildState.BUILDING
                                    ? answer(Answer.BUSY)
                                    : mark(found.get().build());
                        },
                        stores.loop());
    }

    /**
     * The same for a build whose builder is gone for good: also one that says it is being made while nobody makes it, also one
     * whose record can not be read; its uploads are marked, too, and a record without uploads is removed at once. Files stay
     * where that builder had them.
     */
    public CompletableFuture<Answer> forceDeleteBuild(String image, String build) {
        return find(image, build)
                .thenComposeAsync(
                        found -> {
                            if (found.isEmpty()) {
                                return answer(Answer.NOT_FOUND);
                            }
                            return found.get().build().state() == BuildState.BUILDING
                                    ? stores.imageLocks()
                                            .holding(
                                                    stores.imageLocks().builds(image),
                                                    Answer.BUSY,
                                                    proof -> force(found.get()))
                                    : force(found.get());
                        },
                        stores.loop());
    }

    private CompletableFuture<Answer> force(BuildFacts build) {
        var uploads = build.uploads().stream()
                .map(upload -> upload.upload())
                .filter(upload -> upload.state() == UploadState.READY || upload.state() == UploadState.FAILED)
                .map(this::mark)
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(uploads)
                .thenComposeAsync(
                        x -> build.build().state() == BuildState.UNKNOWN ? answer(Answer.DONE) : mark(build.build()),
                        stores.loop())
                .thenComposeAsync(
                        marked -> marked == Answer.DONE
                                ? stores.records().remove(build.build()).thenApply(x -> marked)
                                : answer(marked),
                        stores.loop());
    }

    /** Marks an upload as deleting; builders do the rest. An upload under way is left alone. */
    public CompletableFuture<Answer> deleteUpload(String provider, String image, String build, String upload) {
        return find(image, build)
                .thenComposeAsync(
                        found -> {
                            var wanted = found.stream()
                                    .flatMap(facts -> facts.uploadsTo(provider).stream())
                                    .map(facts -> facts.upload())
                                    .filter(u -> u.id().equals(upload))
                                    .findFirst();
                            if (wanted.isEmpty()) {
                                return answer(Answer.NOT_FOUND);
                            }
                            return wanted.get().state() == UploadState.UPLOADING
                                    ? answer(Answer.BUSY)
                                    : mark(wanted.get());
                        },
                        stores.loop());
    }

    /** Removes all that is stored of a provider below builds, whoever has it locked; done when it is gone. */
    public CompletableFuture<Void> eraseProvider(String provider) {
        if (!Paths.isName(provider)) {
            return CompletableFuture.completedFuture(null);
        }
        return stores.cache()
                .readAll()
                .thenCompose(images -> CompletableFuture.allOf(images.stream()
                        .flatMap(image -> image.builds().stream())
                        .map(facts -> facts.build())
                        .map(build -> ImagePaths.providers(build.image(), build.id()) + "/" + provider)
                        .map(path -> Removal.recursive(stores.tree(), path))
                        .toArray(CompletableFuture[]::new)));
    }

    private CompletableFuture<Answer> mark(ImageBuild build) {
        return stores.imageLocks().holding(stores.imageLocks().build(build), Answer.BUSY, lock -> mark(build, lock));
    }

    private CompletableFuture<Answer> mark(ImageBuild build, LockHandle lock) {
        return stores.records()
                .hold(build, lock)
                .thenComposeAsync(held -> stores.records().apply(held, BuildEvent.DELETE, Map.of()), stores.loop())
                .thenApply(x -> Answer.DONE);
    }

    private CompletableFuture<Answer> mark(ImageUpload upload) {
        return stores.imageLocks()
                .holding(
                        stores.imageLocks().upload(upload),
                        Answer.BUSY,
                        lock -> stores.records()
                                .hold(upload, lock)
                                .thenComposeAsync(
                                        held -> stores.records().apply(held, UploadEvent.DELETE, Map.of()),
                                        stores.loop())
                                .thenApply(x -> Answer.DONE));
    }

    private CompletableFuture<Optional<BuildFacts>> find(String image, String build) {
        if (!Paths.isName(image)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return stores.cache().read(image).thenApply(facts -> facts.build(build));
    }

    private static CompletableFuture<Answer> answer(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private <T> CompletableFuture<T> onLoop(CompletableFuture<T> future) {
        return future.whenCompleteAsync((x, failure) -> {}, stores.loop());
    }
}
