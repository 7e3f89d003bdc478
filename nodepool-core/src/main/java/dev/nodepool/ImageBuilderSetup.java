package dev.nodepool;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.internal.builder.Builder;
import dev.nodepool.internal.dib.BuilderId;
import dev.nodepool.internal.dib.DibRuns;
import dev.nodepool.internal.image.Workshop;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.GuardedStats;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.metrics.Stats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an {@link ImageBuilder} together. Not thread-safe. */
public final class ImageBuilderSetup {

    private static final Logger LOG = LoggerFactory.getLogger(ImageBuilderSetup.class);

    private @Nullable Path main;
    private @Nullable Path secure;
    private @Nullable String text;
    private @Nullable String zooKeeper;
    private @Nullable List<ProviderDriver> drivers;
    private int buildWorkers = 1;
    private int uploadWorkers = 4;
    private Stats stats = Stats.NONE;

    ImageBuilderSetup() {}

    /** The configuration file, usually {@code nodepool.yaml}. */
    public ImageBuilderSetup config(Path file) {
        main = file;
        return this;
    }

    /** The file with connection data and secrets, beside the configuration file. */
    public ImageBuilderSetup secure(Path file) {
        secure = file;
        return this;
    }

    /** The configuration as text, instead of a file. */
    public ImageBuilderSetup configText(String yaml) {
        text = yaml;
        return this;
    }

    /** ZooKeeper servers, {@code host:port} joined by commas, instead of those of the configuration. */
    public ImageBuilderSetup zooKeeper(String servers) {
        zooKeeper = servers;
        return this;
    }

    /** The drivers to use, instead of all that the class path offers. */
    public ImageBuilderSetup drivers(Collection<? extends ProviderDriver> chosen) {
        drivers = List.copyOf(chosen);
        return this;
    }

    /** How many images are built at once; 0 for a builder that only uploads and cleans up. */
    public ImageBuilderSetup buildWorkers(int count) {
        buildWorkers = notNegative(count);
        return this;
    }

    /** How many uploads are done at once; 0 for none. */
    public ImageBuilderSetup uploadWorkers(int count) {
        uploadWorkers = notNegative(count);
        return this;
    }

    /** Where figures go, e.g. {@code Stats.of(metricRegistry)}; nowhere by default. */
    public ImageBuilderSetup stats(Stats sink) {
        stats = GuardedStats.of(sink);
        return this;
    }

    private static int notNegative(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(count + " is no number of workers");
        }
        return count;
    }

    /**
     * Reads the configuration and makes a builder, and the directory of images if it is missing. It begins to connect to
     * ZooKeeper and does nothing else until it is started; it has to be closed in any case.
     *
     * @throws ConfigException when the configuration can not be used, with every problem in it
     * @throws IllegalStateException when there is no driver, or two have one name
     * @throws UncheckedIOException when the directory of images can not be used
     */
    public ImageBuilder build() {
        var found = drivers == null ? Drivers.find(ImageBuilder.class.getClassLoader()) : Drivers.of(drivers);
        var loader = new ConfigLoader(found.all(), System.getenv());
        var loaded = load(loader);
        var imagesDir = imagesDir(loaded);
        var builderId = builderId(imagesDir);
        loaded.warnings().forEach(problem -> LOG.warn("{}", problem));
        var threads = Threads.real("nodepool-builder");
        var host = Host.name();
        var tree = CuratorTree.open(zooKeeper(loaded));
        var stores = new ImageStores(tree, new Loop("builder", threads.shared()), threads, host + "-" + Host.pid());
        var shop = new Workshop(stores, DibRuns.real(threads), imagesDir, builderId, host);
        var builder = new Builder(
                loaded.config(), found, shop, new Builder.Workers(buildWorkers, uploadWorkers), version(), stats);
        var watch = text != null
                ? null
                : new ConfigWatch(threads, stores.loop(), loaded, reading(loader), stats, builder::apply);
        return new EmbeddedBuilder(tree, threads, builder, watch);
    }

    private static Path imagesDir(LoadedConfig loaded) {
        return loaded.config()
                .builder()
                .imagesDir()
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new ConfigException(List.of(new Problem(
                        Problem.Severity.ERROR,
                        new Mark(
                                loaded.files().isEmpty()
                                        ? "(text)"
                                        : loaded.files().get(0).toString(),
                                1,
                                1),
                        "images-dir",
                        "No images-dir specified in config."))));
    }

    private static String builderId(Path imagesDir) {
        try {
            return BuilderId.of(imagesDir);
        } catch (IOException e) {
            throw new UncheckedIOException("images-dir " + imagesDir + " can not be used: " + e.getMessage(), e);
        }
    }

    /** The files as they are named now: this may be used for another builder later. */
    private Supplier<LoadedConfig> reading(ConfigLoader loader) {
        var complete = zooKeeper == null ? loader.requiringZooKeeper() : loader;
        var mainFile = Objects.requireNonNull(main);
        var secureFile = Optional.ofNullable(secure);
        return () -> complete.load(mainFile, secureFile, Strictness.LENIENT);
    }

    private LoadedConfig load(ConfigLoader loader) {
        var complete = zooKeeper == null ? loader.requiringZooKeeper() : loader;
        if (text != null) {
            return complete.loadText("(text)", text);
        }
        if (main == null) {
            throw new IllegalStateException("no configuration: call config(Path) or configText(String)");
        }
        return reading(loader).get();
    }

    private ZooKeeperConfig zooKeeper(LoadedConfig loaded) {
        if (zooKeeper == null) {
            return loaded.config().zooKeeper();
        }
        return new ZooKeeperConfig(
                List.of(zooKeeper.split(",")),
                "",
                loaded.config().zooKeeper().sessionTimeout(),
                loaded.config().zooKeeper().tls());
    }

    private static String version() {
        var version = ImageBuilder.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
