package dev.nodepool;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.internal.keyscan.HostKeyScanner;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.internal.provider.Drivers;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.metrics.Stats;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a {@link NodePool} together. Not thread-safe. */
public final class NodePoolBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(NodePoolBuilder.class);

    private @Nullable Path main;
    private @Nullable Path secure;
    private @Nullable String text;
    private @Nullable String zooKeeper;
    private @Nullable List<ProviderDriver> drivers;
    private Stats stats = Stats.NONE;

    NodePoolBuilder() {}

    /** The configuration file, usually {@code nodepool.yaml}. */
    public NodePoolBuilder config(Path file) {
        main = file;
        return this;
    }

    /** The file with connection data and secrets, beside the configuration file. */
    public NodePoolBuilder secure(Path file) {
        secure = file;
        return this;
    }

    /** The configuration as text, instead of a file. */
    public NodePoolBuilder configText(String yaml) {
        text = yaml;
        return this;
    }

    /** ZooKeeper servers, {@code host:port} joined by commas, instead of those of the configuration. */
    public NodePoolBuilder zooKeeper(String servers) {
        zooKeeper = servers;
        return this;
    }

    /** The drivers to use, instead of all that the class path offers. */
    public NodePoolBuilder drivers(Collection<? extends ProviderDriver> chosen) {
        drivers = List.copyOf(chosen);
        return this;
    }

    /** Where figures go, e.g. {@code Stats.of(metricRegistry)}; nowhere by default. */
    public NodePoolBuilder stats(Stats sink) {
        stats = sink;
        return this;
    }

    /**
     * Reads the configuration and makes a launcher. It begins to connect to ZooKeeper and does nothing else until it is
     * started; it has to be closed in any case.
     *
     * @throws ConfigException when the configuration can not be used, with every problem in it
     * @throws IllegalStateException when there is no driver, or two have one name
     */
    public NodePool build() {
        var found = drivers == null ? Drivers.find(NodePool.class.getClassLoader()) : Drivers.of(drivers);
        var loader = new ConfigLoader(found.all(), System.getenv());
        var loaded = load(loader);
        loaded.warnings().forEach(problem -> LOG.warn("{}", problem));
        var threads = Threads.real("nodepool");
        var host = Host.name();
        var tree = CuratorTree.open(zooKeeper(loaded));
        var stores = new Stores(tree, new Loop("launcher", threads.shared()), threads, host + "-" + Host.pid(), stats);
        var hostKeys = HostKeyScanner.open(threads);
        var launcher = new Launcher(loaded.config(), found, stores, hostKeys, host, version());
        var watch = text != null
                ? null
                : new ConfigWatch(threads, stores.loop(), loaded, reading(loader), stores.stats(), launcher::apply);
        return new EmbeddedLauncher(tree, threads, stores, hostKeys, launcher, watch, host + "-" + Host.pid());
    }

    /** The files as they are named now: the builder may be used for another pool later. */
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
        var version = NodePool.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
