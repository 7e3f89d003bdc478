package dev.nodepool;

import dev.nodepool.internal.image.ImageOrders;
import dev.nodepool.internal.recycle.NodeOrders;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.store.DrainOrders;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Paths;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stores what is ordered in ZooKeeper. */
final class StoredOrders implements Orders {

    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private final Stores stores;
    private final NodeOrders nodes;
    private final ImageOrders images;

    StoredOrders(Stores stores, String identifier) {
        this.stores = stores;
        nodes = new NodeOrders(stores, LOCK_WAIT);
        // Not started: orders need no live copy.
        images = new ImageOrders(new ImageStores(stores.tree(), stores.loop(), stores.threads(), identifier));
    }

    @Override
    public CompletableFuture<Boolean> holdNode(String node) {
        return named(() -> nodes.hold(node), node);
    }

    @Override
    public CompletableFuture<Boolean> deleteNode(String node) {
        return named(() -> nodes.delete(node), node);
    }

    @Override
    public CompletableFuture<Void> drain(String provider, @Nullable String pool, boolean readyNodesToo) {
        return named(
                () -> DrainOrders.give(
                        stores.tree(),
                        provider,
                        pool,
                        Host.name(),
                        stores.threads().now(),
                        readyNodesToo),
                provider,
                pool == null ? provider : pool);
    }

    @Override
    public CompletableFuture<Void> undoDrain(String provider, @Nullable String pool) {
        return named(
                () -> DrainOrders.takeBack(stores.tree(), provider, pool), provider, pool == null ? provider : pool);
    }

    @Override
    public CompletableFuture<Void> buildImage(String image) {
        return named(() -> images.requestBuild(image), image);
    }

    @Override
    public CompletableFuture<Void> pauseImage(String image) {
        return named(() -> images.pause(image), image);
    }

    @Override
    public CompletableFuture<Void> unpauseImage(String image) {
        return named(() -> images.unpause(image), image);
    }

    @Override
    public CompletableFuture<Boolean> deleteBuild(String image, String build) {
        return named(() -> images.deleteBuild(image, build), image, build)
                .thenApply(answer -> ImageAnswers.done(answer, "build " + image + "-" + build + " is being made"));
    }

    @Override
    public CompletableFuture<Boolean> deleteUpload(String provider, String image, String build, String upload) {
        return named(() -> images.deleteUpload(provider, image, build, upload), provider, image, build, upload)
                .thenApply(answer -> ImageAnswers.done(answer, "upload " + upload + " is under way"));
    }

    /** A name becomes part of a path. */
    private <T> CompletableFuture<T> named(Supplier<CompletableFuture<T>> order, String... names) {
        for (var name : names) {
            if (!Paths.isName(name)) {
                return CompletableFuture.failedFuture(
                        new IllegalArgumentException("\"" + name + "\" can not be a name"));
            }
        }
        return Ordered.call(stores.tree(), order);
    }
}
