package dev.nodepool;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a person may order of an installation; whichever launcher or builder is concerned obeys. Thread-safe.
 *
 * <p>Futures complete when the order is stored, not when it is carried out. They wait for a connection, and fail with
 * {@link java.util.concurrent.TimeoutException} when ZooKeeper does not answer within 30 s. What a name can not be is an {@link IllegalArgumentException}.
 */
public interface Orders {

    /**
     * Keeps a node from being used or deleted until it is deleted by order or {@code max-hold-age} is over.
     *
     * @return whether there is such a node; fails with {@link IllegalStateException} when somebody uses it
     */
    CompletableFuture<Boolean> holdNode(String node);

    /**
     * Lets the launcher of a node delete it.
     *
     * @return whether there is such a node; fails with {@link IllegalStateException} when somebody uses it
     */
    CompletableFuture<Boolean> deleteNode(String node);

    /**
     * Lets a provider or a pool take nothing new, at all launchers of this kind, until that is taken back.
     *
     * @param pool null for all of the provider
     * @param readyNodesToo whether ready nodes that nobody has are deleted, now and later
     */
    CompletableFuture<Void> drain(String provider, @Nullable String pool, boolean readyNodesToo);

    /** @param pool null for the order about the whole provider */
    CompletableFuture<Void> undoDrain(String provider, @Nullable String pool);

    /** Asks for a build of an image; whichever builder is free makes it. */
    CompletableFuture<Void> buildImage(String image);

    /** Stops builds and uploads of an image that have not begun. */
    CompletableFuture<Void> pauseImage(String image);

    CompletableFuture<Void> unpauseImage(String image);

    /** @return whether there is such a build; fails with {@link IllegalStateException} when it is being made */
    CompletableFuture<Boolean> deleteBuild(String image, String build);

    /** @return whether there is such an upload; fails with {@link IllegalStateException} when it is under way */
    CompletableFuture<Boolean> deleteUpload(String provider, String image, String build, String upload);
}
