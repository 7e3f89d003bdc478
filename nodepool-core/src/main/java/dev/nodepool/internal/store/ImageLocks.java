package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.store.Locks.Directory;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.ImageBuild;
import dev.nodepool.model.ImageUpload;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The four locks of images. All are tried once, never waited for. Every future completes on the loop. */
public final class ImageLocks {

    private final Tree tree;
    private final Loop loop;
    private final Locks locks;

    ImageLocks(Tree tree, Loop loop, Locks locks) {
        this.tree = tree;
        this.loop = loop;
        this.locks = locks;
    }

    /** The lock held during a whole build of an image; empty when somebody else has it. */
    public CompletableFuture<Optional<LockHandle>> builds(String image) {
        return onLoop(locks.tryLock(ImagePaths.buildsLock(image), Directory.WITH_PARENTS));
    }

    /** The lock of one build; empty when somebody else has it or the build is gone. */
    public CompletableFuture<Optional<LockHandle>> build(ImageBuild build) {
        return unlessGone(locks.tryLock(ImagePaths.buildLock(build.image(), build.id()), Directory.LAST_PART));
    }

    /**
     * The lock held during a whole upload of a build to a provider; empty when somebody else has it or the build is gone. A
     * build that is gone is not made again by this.
     */
    public CompletableFuture<Optional<LockHandle>> uploads(String image, String build, String provider) {
        var uploads = ImagePaths.uploads(image, build, provider);
        var parts = List.of(
                ImagePaths.providers(image, build), ImagePaths.providers(image, build) + "/" + provider, uploads);
        return unlessGone(make(parts, tree.session().id())
                .thenCompose(x -> locks.tryLock(ImagePaths.uploadsLock(image, build, provider), Directory.LAST_PART)));
    }

    /** The lock of one upload; empty when somebody else has it or the upload is gone. */
    public CompletableFuture<Optional<LockHandle>> upload(ImageUpload upload) {
        return unlessGone(locks.tryLock(
                ImagePaths.uploadLock(upload.image(), upload.build(), upload.provider(), upload.id()),
                Directory.LAST_PART));
    }

    /**
     * Does something while a lock is held and gives it back, however that ends.
     *
     * @param otherwise the answer when the lock could not be had
     */
    public <R> CompletableFuture<R> holding(
            CompletableFuture<Optional<LockHandle>> lock,
            R otherwise,
            Function<LockHandle, CompletableFuture<R>> work) {
        return lock.thenComposeAsync(
                got -> got.isEmpty()
                        ? CompletableFuture.completedFuture(otherwise)
                        : attempt(got.get(), work)
                                .handle((done, failure) -> locks.release(got.get())
                                        .handle((x, y) -> failure == null
                                                ? CompletableFuture.completedFuture(done)
                                                : CompletableFuture.<R>failedFuture(failure))
                                        .thenCompose(x -> x))
                                .thenCompose(x -> x),
                loop);
    }

    private static <R> CompletableFuture<R> attempt(LockHandle lock, Function<LockHandle, CompletableFuture<R>> work) {
        try {
            return work.apply(lock);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Makes what is missing of a path, from its first part on, whose parent must exist. */
    private CompletableFuture<Void> make(List<String> parts, long session) {
        var made = CompletableFuture.<Void>completedFuture(null);
        for (var part : parts) {
            made = made.thenCompose(x -> Sessions.persist(tree, session, () -> make(part)));
        }
        return made;
    }

    private CompletableFuture<Void> make(String path) {
        return tree.create(path, new byte[0], Tree.Mode.PERSISTENT)
                .<Void>thenApply(x -> null)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NODE_EXISTS
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Optional<LockHandle>> unlessGone(CompletableFuture<Optional<LockHandle>> lock) {
        return onLoop(lock.exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.failedFuture(failure)));
    }

    private <R> CompletableFuture<R> onLoop(CompletableFuture<R> future) {
        return future.whenCompleteAsync((x, failure) -> {}, loop);
    }
}
