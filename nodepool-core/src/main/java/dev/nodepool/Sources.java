package dev.nodepool;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.internal.provider.Drivers;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a role has its configuration, its drivers and its ZooKeeper from. Not thread-safe. */
final class Sources {

    private @Nullable Path main;
    private @Nullable Path secure;
    private @Nullable String text;
    private @Nullable Map<String, ?> values;
    private ZooKeeperAccess zooKeeper = ZooKeeperAccess.ofConfiguration();
    private Resources resources = Resources.OWN;
    private Supplier<Drivers> drivers = () -> Drivers.find(Sources.class.getClassLoader());

    void main(Path file) {
        main = file;
    }

    void secure(Path file) {
        secure = file;
    }

    void text(String yaml) {
        text = yaml;
    }

    void values(Map<String, ?> configuration) {
        values = configuration;
    }

    void zooKeeper(ZooKeeperAccess access) {
        zooKeeper = access;
    }

    void resources(Resources given) {
        resources = given;
    }

    void drivers(Collection<? extends ProviderDriver> chosen) {
        var all = List.copyOf(chosen);
        drivers = () -> Drivers.of(all);
    }

    void driversOf(ClassLoader loader) {
        drivers = () -> Drivers.find(loader);
    }

    /** @throws IllegalStateException when there is no driver, or two have one name */
    Drivers drivers() {
        return drivers.get();
    }

    /** Whether there are files that may change. */
    boolean files() {
        return text == null && values == null;
    }

    /**
     * Reads the configuration.
     *
     * @throws ConfigException when it can not be used, with every problem in it
     */
    LoadedConfig load(Drivers found) {
        if (values != null) {
            return readingValues(found).apply(values);
        }
        if (text != null) {
            return loader(found).loadText("(text)", text);
        }
        if (main == null) {
            throw new IllegalStateException(
                    "no configuration: call config(Path), configText(String) or configuration(Map)");
        }
        return reading(found).get();
    }

    /** Reads the files as they are named now: other ones may be named later, for something else. */
    Supplier<LoadedConfig> reading(Drivers found) {
        var loader = loader(found);
        var mainFile = Objects.requireNonNull(main);
        var secureFile = Optional.ofNullable(secure);
        return () -> loader.load(mainFile, secureFile, Strictness.LENIENT);
    }

    /** Understands what was made in code. */
    Function<Map<String, ?>, LoadedConfig> readingValues(Drivers found) {
        var loader = loader(found);
        return made -> loader.loadValues("(code)", made);
    }

    private ConfigLoader loader(Drivers found) {
        var loader = new ConfigLoader(found.all(), System.getenv());
        return zooKeeper.needsConfiguration() ? loader.requiringZooKeeper() : loader;
    }

    ZooKeeperAccess zooKeeper() {
        return zooKeeper;
    }

    Resources resources() {
        return resources;
    }

    /** The version of this software, for registries. */
    static String version() {
        var version = Sources.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
