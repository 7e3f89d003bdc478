package dev.nodepool.runner.library;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.ImageBuilder;
import dev.nodepool.ImageBuilderSetup;
import dev.nodepool.NodePool;
import dev.nodepool.NodePoolBuilder;
import dev.nodepool.admin.Admin;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.Strictness;
import dev.nodepool.config.WebConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.metrics.Stats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The library of this build. */
public final class CoreLibrary implements Library {

    @Override
    public List<Problem> validate(ConfigFiles files) {
        return loader(files)
                .load(files.main(), files.secure(), Strictness.STRICT)
                .warnings();
    }

    @Override
    public Prepared launcher(ConfigFiles files, Stats stats) {
        Optional<WebConfig> web = config(files).web();
        NodePoolBuilder builder =
                NodePool.builder().config(files.main()).drivers(files.drivers()).stats(stats);
        files.secure().ifPresent(builder::secure);
        return new Prepared(builder.build(), web);
    }

    @Override
    public NodePool launcher(String yaml, String zooKeeper) {
        return NodePool.builder().configText(yaml).zooKeeper(zooKeeper).build();
    }

    @Override
    public ImageBuilder builder(ConfigFiles files, int buildWorkers, int uploadWorkers, Stats stats)
            throws IOException {
        ImageBuilderSetup setup = ImageBuilder.builder()
                .config(files.main())
                .drivers(files.drivers())
                .buildWorkers(buildWorkers)
                .uploadWorkers(uploadWorkers)
                .stats(stats);
        files.secure().ifPresent(setup::secure);
        try {
            return setup.build();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public NodepoolConfig config(ConfigFiles files) {
        return loader(files)
                .load(files.main(), files.secure(), Strictness.LENIENT)
                .config();
    }

    @Override
    public NodepoolConfig configWithoutMissingDrivers(ConfigFiles files) {
        return loader(files)
                .withoutMissingDrivers()
                .load(files.main(), files.secure(), Strictness.LENIENT)
                .config();
    }

    @Override
    public Admin admin(ZooKeeperConfig zooKeeper, Duration timeout) {
        return Admin.connect(zooKeeper, timeout);
    }

    @Override
    public LocalZooKeeper zooKeeper() {
        EmbeddedZooKeeper server = EmbeddedZooKeeper.start();
        return new LocalZooKeeper() {

            @Override
            public String connectString() {
                return server.connectString();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    private static ConfigLoader loader(ConfigFiles files) {
        return new ConfigLoader(files.drivers(), System.getenv()).requiringZooKeeper();
    }
}
