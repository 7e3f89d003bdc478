package dev.nodepool;

import dev.nodepool.config.ConfigException;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.internal.keyscan.HostKeyScanner;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Host;
import dev.nodepool.metrics.Stats;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a {@link NodePool} together. Not thread-safe. */
public final class NodePoolBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(NodePoolBuilder.class);

    private final Sources sources = new Sources();
    private Stats stats = Stats.NONE;

    NodePoolBuilder() {}

    /** The configuration file, usually {@code nodepool.yaml}. */
    public NodePoolBuilder config(Path file) {
        sources.main(file);
        return this;
    }

    /** The file with connection data and secrets, beside the configuration file. */
    public NodePoolBuilder secure(Path file) {
        sources.secure(file);
        return this;
    }

    /** The configuration as text, instead of a file. */
    public NodePoolBuilder configText(String yaml) {
        sources.text(yaml);
        return this;
    }

    /**
     * The configuration made in code, with the keys of nodepool.yaml: maps with text keys, lists, texts, numbers, booleans.
     * It is checked like a file; problems tell the path of the key.
     */
    public NodePoolBuilder configuration(Map<String, ?> values) {
        sources.values(values);
        return this;
    }

    /** ZooKeeper servers, {@code host:port} joined by commas, instead of those of the configuration. */
    public NodePoolBuilder zooKeeper(String servers) {
        return zooKeeper(ZooKeeperAccess.servers(servers));
    }

    /** How to come to ZooKeeper, instead of what the configuration says. */
    public NodePoolBuilder zooKeeper(ZooKeeperAccess access) {
        sources.zooKeeper(access);
        return this;
    }

    /** Time and threads to use, its own by default. */
    public NodePoolBuilder resources(Resources given) {
        sources.resources(given);
        return this;
    }

    /** The drivers to use, instead of all that the library's class loader offers. */
    public NodePoolBuilder drivers(Collection<? extends ProviderDriver> chosen) {
        sources.drivers(chosen);
        return this;
    }

    /** The drivers that a class loader offers, e.g. one of a plug-in. */
    public NodePoolBuilder driversOf(ClassLoader loader) {
        sources.driversOf(loader);
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
        var found = sources.drivers();
        var loaded = sources.load(found);
        loaded.warnings().forEach(problem -> LOG.warn("{}", problem));
        var host = Host.name();
        var ground = Ground.open(
                sources.zooKeeper(),
                loaded.config().zooKeeper(),
                sources.resources(),
                "nodepool",
                host + "-" + Host.pid(),
                stats);
        var stores = ground.stores();
        var hostKeys = HostKeyScanner.open(ground.threads());
        var launcher = new Launcher(loaded.config(), found, stores, hostKeys, host, Sources.version());
        var watch = !sources.files()
                ? null
                : new ConfigWatch(
                        ground.threads(),
                        stores.loop(),
                        loaded,
                        sources.reading(found),
                        stores.stats(),
                        launcher::apply);
        var following = new Following(watch, sources.readingValues(found), launcher::apply);
        return new EmbeddedLauncher(ground, hostKeys, launcher, following);
    }
}
