package dev.nodepool;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A builder in this process: builds disk images with diskimage-builder, uploads them to the providers of its configuration,
 * and removes what is not needed any more. Several may work on one ZooKeeper, each with a directory of its own. Thread-safe.
 *
 * <p>What is asked of ZooKeeper waits for a connection, and fails with {@link java.util.concurrent.TimeoutException} after 30 s.
 */
public interface ImageBuilder extends AutoCloseable {

    static ImageBuilderSetup builder() {
        return new ImageBuilderSetup();
    }

    /** Starts; returns at once, connects to ZooKeeper for as long as it takes. */
    ImageBuilder start();

    /**
     * Looks at the configuration files now instead of within the next ten seconds. What can be used is put in force.
     *
     * @return completes when what is on disk is in force, at once for a configuration given as text; fails with
     *     {@link dev.nodepool.config.ConfigException} when it can not be used, and what was in force stays
     */
    CompletableFuture<Void> reload();

    /**
     * Puts a configuration that was made in code in force, as a whole.
     *
     * @param values see {@link ImageBuilderSetup#configuration}
     * @return completes when it is in force; fails with {@link dev.nodepool.config.ConfigException} when it can not be used,
     *     and with {@link IllegalStateException} for a builder that follows files; what was in force stays
     */
    CompletableFuture<Void> reconfigure(Map<String, ?> values);

    /** How far the start has come, and what a person should know. */
    Readiness readiness();

    /** Builds and uploads of this process that are under way. */
    List<ImageProgress> progress();

    /** All images that ZooKeeper knows, with their builds and uploads, whoever made them. */
    CompletableFuture<List<ImageView>> images();

    /**
     * Asks for a build of an image, as the command does: whichever builder is free makes it, unless the image is paused. The
     * request stays until a build that began after it is ready.
     *
     * @return completes when the request is stored
     */
    CompletableFuture<Void> build(String image);

    /** Tries uploads and builds of an image that failed at once instead of after their pause, for this process. */
    CompletableFuture<Void> retry(String image);

    /** Stops builds and uploads of an image that have not begun. */
    CompletableFuture<Void> pause(String image);

    CompletableFuture<Void> unpause(String image);

    /**
     * Deletes a build with all its uploads, files and record; builders do it as soon as they can.
     *
     * @param force whether its builder is gone for good, so that nobody waits for it
     * @return completes with true when that is stored, with false when there is no such build; fails with
     *     {@link IllegalStateException} when it is being made
     */
    CompletableFuture<Boolean> deleteBuild(String image, String build, boolean force);

    /**
     * Deletes an upload; launchers use the one before it from then on. It is uploaded again unless the image is paused or a
     * newer build is there.
     *
     * @return completes with true when that is stored, with false when there is no such upload; fails with
     *     {@link IllegalStateException} when it is under way
     */
    CompletableFuture<Boolean> deleteUpload(String provider, String image, String build, String upload);

    /**
     * Tells events as they are seen, one after the other. A listener must not block.
     *
     * @return ends the telling when run
     */
    Runnable listen(Consumer<ImageEvent> listener);

    /**
     * Stops in order: begins nothing more, lets builds and uploads under way finish within the limit, gives the rest up without
     * leaving anything behind, disconnects. Giving up a build takes up to two minutes.
     *
     * @param drain how long they may go on
     */
    void close(Duration drain);

    /** Stops without waiting for builds and uploads under way. */
    @Override
    default void close() {
        close(Duration.ZERO);
    }
}
