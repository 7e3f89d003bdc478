package dev.nodepool.admin;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.image.ImageOrders;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.view.ImageView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Disk images with their builds and uploads, seen and steered through ZooKeeper. Works whether a builder runs or not; builders
 * do what is ordered as soon as they can. Thread-safe.
 */
public final class Images implements AutoCloseable {

    /** What came of an order. */
    public enum Answer {
        DONE,
        /** There is no such thing. */
        NOT_FOUND,
        /** Work on it is under way, so that nothing was done. */
        BUSY
    }

    private final Connection connection;
    private final Threads threads;
    private final ImageStores stores;
    private final ImageOrders orders;

    private Images(Connection connection) {
        this.connection = connection;
        threads = Threads.real("nodepool-images");
        stores = new ImageStores(
                connection.tree(), new Loop("images", threads.shared()), threads, Host.name() + "-" + Host.pid());
        orders = new ImageOrders(stores);
    }

    /**
     * Connects.
     *
     * @param timeout how long connecting, and each call afterwards, may take
     * @throws AdminException when ZooKeeper can not be reached in time
     */
    public static Images connect(ZooKeeperConfig zooKeeper, Duration timeout) {
        return new Images(Connection.open(zooKeeper, timeout));
    }

    /**
     * All images that are or were in ZooKeeper, by name.
     *
     * @throws AdminException when ZooKeeper does not answer in time
     */
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

    /** Disconnects. */
    @Override
    public void close() {
        connection.close();
        threads.close();
    }
}
