package dev.nodepool.admin;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.image.ImageArchive;
import dev.nodepool.internal.image.ImageOrders;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.retention.ImageFacts;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.view.AlienImage;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.ImportView;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

    /** Raising the numbers of uploads takes a call for each. */
    private static final Duration IMPORT_TIME = Duration.ofMinutes(10);

    private final Connection connection;
    private final ImageStores stores;
    private final ImageOrders orders;
    private final ImageArchive archive;

    Images(Connection connection) {
        this.connection = connection;
        stores = connection.imageStores();
        orders = new ImageOrders(stores);
        archive = new ImageArchive(connection.tree());
    }

    /** All images that are or were in ZooKeeper, by name. */
    public List<ImageView> all() {
        return facts().stream().map(ImageViews::of).toList();
    }

    List<ImageFacts> facts() {
        return connection.await(stores.cache().readAll());
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

    /**
     * Images that a provider holds and that Nodepool uploaded once, but that are no ready upload of any image that is
     * configured there. Providers that hold no images have none; one that does not answer is left out with a warning in the
     * log.
     *
     * @param drivers all that the providers may need
     */
    public List<AlienImage> aliens(Collection<ProviderConfig> providers, Collection<? extends ProviderDriver> drivers) {
        return new AlienSearch(connection.threads(), Drivers.of(drivers)).search(providers, all());
    }

    /** All pauses, builds and uploads as a JSON object, to be put into another ZooKeeper. */
    public byte[] export() {
        return ImageArchive.bytes(connection.await(archive.read()));
    }

    /**
     * Looks at what would be imported, and changes nothing.
     *
     * @param exported what {@link #export} or Python Nodepool wrote
     * @throws AdminException when there is anything else in it
     */
    public ImportView lookAtImport(byte[] exported) {
        var records = parsed(exported);
        return new ImportView(records.size(), connection.await(archive.existing(records)));
    }

    /**
     * Creates or replaces builds, uploads and pauses. All is checked before the first write. Meant for an installation
     * whose daemons do not run. When it fails half-way it may be done again.
     *
     * @param exported what {@link #export} or Python Nodepool wrote
     * @throws AdminException when there is anything else in it
     */
    public void importAll(byte[] exported) {
        connection.await(archive.write(parsed(exported)), IMPORT_TIME);
    }

    private static Map<String, String> parsed(byte[] exported) {
        try {
            return ImageArchive.parse(exported);
        } catch (IllegalArgumentException e) {
            throw new AdminException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Removes what ZooKeeper knows of a provider's uploads, without looking at locks; in the cloud nothing changes.
     */
    public void eraseUploads(String provider) {
        connection.await(orders.eraseProvider(provider));
    }
}
