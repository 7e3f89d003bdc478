package dev.nodepool;

import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.LoadedConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.ProviderDriver;
import dev.nodepool.internal.provider.Drivers;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a role has its configuration, its drivers and its ZooKeeper from. Not thread-safe. */
final class Sources {

    private @Nullable Path main;
    private @Nullable Path secure;
    private @Nullable String text;
    private @Nullable String zooKeeper;
    private @Nullable List<ProviderDriver> drivers;

    void main(Path file) {
        main = file;
    }

    void secure(Path file) {
        secure = file;
    }

    void text(String yaml) {
        text = yaml;
    }

    void zooKeeper(String servers) {
        zooKeeper = servers;
    }

    void drivers(Collection<? extends ProviderDriver> chosen) {
        drivers = List.copyOf(chosen);
    }

    /** @throws IllegalStateException when there is no driver, or two have one name */
    Drivers drivers() {
        return drivers == null ? Drivers.find(Sources.class.getClassLoader()) : Drivers.of(drivers);
    }

    /** Whether there are files that may change. */
    boolean files() {
        return text == null;
    }

    /**
     * Reads the configuration.
     *
     * @throws ConfigException when it can not be used, with every problem in it
     */
    LoadedConfig load(Drivers found) {
        if (text != null) {
            return loader(found).loadText("(text)", text);
        }
        if (main == null) {
            throw new IllegalStateException("no configuration: call config(Path) or configText(String)");
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

    private ConfigLoader loader(Drivers found) {
        var loader = new ConfigLoader(found.all(), System.getenv());
        return zooKeeper == null ? loader.requiringZooKeeper() : loader;
    }

    /** The ZooKeeper to connect to. */
    ZooKeeperConfig zooKeeper(LoadedConfig loaded) {
        var configured = loaded.config().zooKeeper();
        return zooKeeper == null
                ? configured
                : new ZooKeeperConfig(List.of(zooKeeper.split(",")), "", configured.sessionTimeout(), configured.tls());
    }

    /** The version of this software, for registries. */
    static String version() {
        var version = Sources.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
