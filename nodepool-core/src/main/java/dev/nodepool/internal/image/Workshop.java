package dev.nodepool.internal.image;

import dev.nodepool.internal.dib.DibRuns;
import dev.nodepool.internal.dib.ImageFiles;
import dev.nodepool.internal.dib.Workspaces;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.store.ImageLocks;
import dev.nodepool.internal.store.ImageRecords;
import dev.nodepool.internal.store.ImageStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * What all work on images shares.
 *
 * @param imagesDir where images are on this host
 * @param builderId who owns the images there
 * @param host name of this host
 */
public record Workshop(ImageStores stores, DibRuns dib, Path imagesDir, String builderId, String host) {

    /** Something that blocks. */
    interface FileTask {
        void run() throws IOException;
    }

    /** Something that blocks and has an answer. */
    interface FileWork<T> {
        T get() throws IOException;
    }

    ImageFiles files() {
        return new ImageFiles(imagesDir);
    }

    Workspaces workspaces() {
        return new Workspaces(imagesDir);
    }

    ImageRecords records() {
        return stores.records();
    }

    ImageLocks locks() {
        return stores.imageLocks();
    }

    Loop loop() {
        return stores.loop();
    }

    public double now() {
        return stores.threads().now();
    }

    /** Does what blocks off the loop and goes on with the answer on it. Fails with {@link UncheckedIOException}. */
    <T> CompletableFuture<T> offLoop(FileWork<T> work) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return work.get();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        stores.threads().shared())
                .whenCompleteAsync((x, failure) -> {}, loop());
    }

    /** The same for what has no answer. */
    CompletableFuture<Void> doOffLoop(FileTask task) {
        return CompletableFuture.runAsync(
                        () -> {
                            try {
                                task.run();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        stores.threads().shared())
                .whenCompleteAsync((x, failure) -> {}, loop());
    }
}
