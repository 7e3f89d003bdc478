package dev.nodepool.runner.library;

import dev.nodepool.ImageBuilder;
import dev.nodepool.NodePool;
import dev.nodepool.admin.Admin;
import dev.nodepool.admin.AdminException;
import dev.nodepool.config.ConfigException;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.metrics.Stats;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The library as the programs see it. */
public interface Library {

    /**
     * Checks a configuration as strictly as possible.
     *
     * @return warnings
     * @throws ConfigException when it has errors
     */
    List<Problem> validate(ConfigFiles files);

    /**
     * Makes a launcher.
     *
     * @param stats where its figures go
     * @throws ConfigException when the configuration has errors
     */
    Prepared launcher(ConfigFiles files, Stats stats);

    /**
     * Makes a launcher from the text of a configuration.
     *
     * @param zooKeeper connect string of the ZooKeeper to use
     */
    NodePool launcher(String yaml, String zooKeeper);

    /**
     * Makes a builder.
     *
     * @param buildWorkers how many images are built at once
     * @param uploadWorkers how many uploads are done at once
     * @param stats where its figures go
     * @throws ConfigException when the configuration has errors
     * @throws IOException when the directory of images can not be used
     */
    ImageBuilder builder(ConfigFiles files, int buildWorkers, int uploadWorkers, Stats stats) throws IOException;

    /**
     * Reads a configuration as a daemon would.
     *
     * @throws ConfigException when it has errors
     */
    NodepoolConfig config(ConfigFiles files);

    /**
     * The same for whoever opens no provider: those whose driver is not here are left out.
     *
     * @throws ConfigException when it has errors
     */
    NodepoolConfig configWithoutMissingDrivers(ConfigFiles files);

    /**
     * Connects to ZooKeeper, to look at an installation and to order something.
     *
     * @param timeout how long each step may take
     * @throws AdminException when ZooKeeper does not answer in time
     */
    Admin admin(ZooKeeperConfig zooKeeper, Duration timeout);

    /** Starts a ZooKeeper server in this process, for this machine only, without lasting data. */
    LocalZooKeeper zooKeeper();

    /** A running server. */
    interface LocalZooKeeper extends AutoCloseable {

        /** How clients reach it. */
        String connectString();

        @Override
        void close();
    }
}
