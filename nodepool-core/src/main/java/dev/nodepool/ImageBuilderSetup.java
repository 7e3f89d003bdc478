package dev.nodepool;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.internal.builder.Builder;
import dev.nodepool.internal.dib.BuilderId;
import dev.nodepool.internal.dib.DibRuns;
import dev.nodepool.internal.image.Workshop;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.store.GuardedStats;
import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.metrics.Stats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an {@link ImageBuilder} together. Not thread-safe. */
public final class ImageBuilderSetup {

    private static final Logger LOG = LoggerFactory.getLogger(ImageBuilderSetup.class);

    private final Sources sources = new Sources();
    private int buildWorkers = 1;
    private int uploadWorkers = 4;
    private Stats stats = Stats.NONE;

    ImageBuilderSetup() {}

    /** The configuration file, usually {@code nodepool.yaml}. */
    public ImageBuilderSetup config(Path file) {
        sources.main(file);
        return this;
    }

    /** The file with connection data and secrets, beside the configuration file. */
    public ImageBuilderSetup secure(Path file) {
        sources.secure(file);
        return this;
    }

    /** The configuration as text, instead of a file. */
    public ImageBuilderSetup configText(String yaml) {
        sources.text(yaml);
        return this;
    }

    /**
     * The configuration made in code, with the keys of nodepool.yaml: maps with text keys, lists, texts, numbers, booleans.
     * It is checked like a file; problems tell the path of the key.
     */
    public ImageBuilderSetup configuration(Map<String, ?> values) {
        sources.values(values);
        return this;
    }

    /** ZooKeeper servers, {@code host:port} joined by commas, instead of those of the configuration. */
    public ImageBuilderSetup zooKeeper(String servers) {
        return zooKeeper(ZooKeeperAccess.servers(servers));
    }

    /** How to come to ZooKeeper, instead of what the configuration says. */
    public ImageBuilderSetup zooKeeper(ZooKeeperAccess access) {
        sources.zooKeeper(access);
        return this;
    }

    /** Time and threads to use, its own by default. */
    public ImageBuilderSetup resources(Resources given) {
        sources.resources(given);
        return this;
    }

    /** The drivers to use, instead of all that the library's class loader offers. */
    public ImageBuilderSetup drivers(Collection<? extends ProviderDriver> chosen) {
        sources.drivers(chosen);
        return this;
    }

    /** The drivers that a class loader offers, e.g. one of a plug-in. */
    public ImageBuilderSetup driversOf(ClassLoader loader) {
        sources.driversOf(loader);
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
        var found = sources.drivers();
        var loaded = sources.load(found);
        var imagesDir = imagesDir(loaded);
        var builderId = builderId(imagesDir);
        loaded.warnings().forEach(problem -> LOG.warn("{}", problem));
        var host = Host.name();
        var opened = sources.zooKeeper().open(loaded.config().zooKeeper());
        var tree = opened.tree();
        var threads = sources.resources().threads("nodepool-builder");
        var stores = new ImageStores(tree, new Loop("builder", threads.shared()), threads, host + "-" + Host.pid());
        var shop = new Workshop(stores, DibRuns.real(threads), imagesDir, builderId, host);
        var builder = new Builder(
                loaded.config(),
                found,
                shop,
                new Builder.Workers(buildWorkers, uploadWorkers),
                Sources.version(),
                stats);
        var watch = !sources.files()
                ? null
                : new ConfigWatch(threads, stores.loop(), loaded, sources.reading(found), stats, builder::apply);
        var following = new Following(watch, sources.readingValues(found), builder::apply);
        return new EmbeddedBuilder(tree, builder, following, () -> {
            tree.close();
            threads.close();
            opened.close().run();
        });
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
}
