package dev.nodepool.internal.provider;

import dev.nodepool.config.ProviderConfig;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.ImageStore;
import dev.nodepool.driver.ImageStore.ImageUpload;
import dev.nodepool.driver.ImageStore.StoredImage;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.Provider;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.ProviderImage;
import dev.nodepool.driver.Timer;
import dev.nodepool.driver.UploadSettings;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One open provider as a builder uses it: every call has an end. Opened, used and retired on the builder's loop. */
public final class ImageProvider {

    /** Uploads take long and are few; listing and deleting must not wait behind them. */
    private static final int CALLS = 16;

    private static final Duration LIST_DEADLINE = Duration.ofSeconds(120);
    private static final Duration DELETE_DEADLINE = Duration.ofSeconds(600);

    private final ProviderConfig config;
    private final Provider provider;
    private final @Nullable ImageStore images;
    private final Timer timer;
    private final Users users = new Users();

    private ImageProvider(ProviderConfig config, Provider provider, Timer timer) {
        this.config = config;
        this.provider = provider;
        this.timer = timer;
        images = provider.images().orElse(null);
    }

    /**
     * Opens a provider; it need not be one that holds images.
     *
     * @param stats told of every call to the cloud
     */
    public static ImageProvider open(ProviderConfig config, ProviderDriver driver, Threads threads, Stats stats)
            throws DriverException {
        var provider = driver.open(config.settings(), Surroundings.of(config.name(), threads, CALLS, stats));
        return new ImageProvider(config, provider, threads.timer());
    }

    public String name() {
        return config.name();
    }

    public ProviderConfig config() {
        return config;
    }

    /** Whether images can be uploaded to it at all. */
    public boolean holdsImages() {
        return images != null;
    }

    public UploadSettings uploads() {
        return config.settings().uploads();
    }

    /** What it wants of an image; empty when it does not want it. */
    public Optional<ProviderImage> wants(String image) {
        return config.settings().images().stream()
                .filter(wanted -> wanted.name().equals(image))
                .findFirst();
    }

    public CompletableFuture<ExternalId> upload(ImageUpload upload, LongConsumer sent) {
        return call(uploads().timeout(), "uploading " + upload.name(), store -> store.upload(upload, sent));
    }

    public CompletableFuture<Listing<StoredImage>> list() {
        return call(LIST_DEADLINE, "listing images", ImageStore::list);
    }

    public CompletableFuture<Void> delete(ExternalId id) {
        return call(DELETE_DEADLINE, "deleting image " + id, store -> store.delete(id));
    }

    /** Whether an image is one that this provider holds for this installation. */
    public boolean ours(StoredImage image, String installation) {
        return installation.equals(image.metadata().get(LaunchSpec.INSTALLATION))
                && name().equals(image.metadata().get(LaunchSpec.PROVIDER));
    }

    private interface Call<T> {
        CompletableFuture<T> on(ImageStore store);
    }

    private <T> CompletableFuture<T> call(Duration limit, String what, Call<T> call) {
        var store = images;
        if (store == null) {
            throw new IllegalStateException(name() + " holds no images");
        }
        var done = use();
        return Deadline.call(timer, limit, what + " at " + name(), () -> call.on(store))
                .whenComplete((x, failure) -> done.run());
    }

    private synchronized Runnable use() {
        var leave = users.enter();
        return () -> {
            synchronized (this) {
                leave.run();
            }
        };
    }

    /** Closes it after the last call under way. */
    public synchronized void retire() {
        users.end(provider::close);
    }

    /** Closes it now. */
    public void close() {
        provider.close();
    }
}
