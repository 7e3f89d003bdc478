package dev.nodepool.admin;

import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.image.ImageOrders;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.view.ImageView;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Disk images with their builds and uploads, seen and steered through ZooKeeper. Builders do what is ordered as soon as they
 * can. Thread-safe.
 */
public final class Images {

    /** What came of an order. */
    public enum Answer {
        DONE,
        /** There is no such thing. */
        NOT_FOUND,
        /** Work on it is under way, so that nothing was done. */
        BUSY
    }

    private final Connection connection;
    private final ImageStores stores;
    private final ImageOrders orders;

    Images(Connection connection) {
        this.connection = connection;
        stores = connection.imageStores();
        orders = new ImageOrders(stores);
    }

    /** All images that are or were in ZooKeeper, by name. */
    public List<ImageView> all() {
        return connection.await(stores.cache().readAll()).stream()
                .map(ImageViews::of)
                .toList();
    }

    /** Asks for a build; done again it changes nothing. */
    public void requestBuild(String image) {
        connection.await(orders.requestBuild(image));
    }

    /** Stops builds and uploads of an image that have not begun. */
    public void pause(String image) {
        connection.await(orders.pause(image));
    }

    public void unpause(String image) {
        connection.await(orders.unpause(image));
    }

    /** Deletes a build with its uploads, files and record. One that is being made is left alone. */
    public Answer deleteBuild(String image, String build) {
        return answer(orders.deleteBuild(image, build));
    }

    /**
     * The same for a build whose builder is gone for good: nobody waits for that one, also not when it says that it is
     * building. Files stay where it had them.
     */
    public Answer forceDeleteBuild(String image, String build) {
        return answer(orders.forceDeleteBuild(image, build));
    }

    /** Deletes an upload; launchers use the one before it from then on. One that is under way is left alone. */
    public Answer deleteUpload(String provider, String image, String build, String upload) {
        return answer(orders.deleteUpload(provider, image, build, upload));
    }

    private Answer answer(CompletableFuture<ImageOrders.Answer> order) {
        return switch (connection.await(order)) {
            case DONE -> Answer.DONE;
            case NOT_FOUND -> Answer.NOT_FOUND;
            case BUSY -> Answer.BUSY;
        };
    }
}
