package dev.nodepool.runner.library;

import dev.nodepool.ImageBuilder;
import dev.nodepool.NodePool;
import dev.nodepool.admin.Admin;
import dev.nodepool.config.ConfigException;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.WebConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.driver.config.Mark;
import dev.nodepool.driver.config.Problem;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A library with one pool, whose configuration is good or bad as the test likes. */
public final class ScriptedLibrary implements Library {

    public final ScriptedPool pool;
    public WebConfig web = new WebConfig(0, "127.0.0.1");
    public boolean configIsBroken;
    public String yaml = "{}";

    public ScriptedLibrary() {
        this(new ScriptedPool());
    }

    public ScriptedLibrary(ScriptedPool pool) {
        this.pool = pool;
    }

    @Override
    public List<Problem> validate(ConfigFiles files) {
        failIfBroken(files);
        return List.of();
    }

    @Override
    public Prepared launcher(ConfigFiles files, Stats stats) {
        failIfBroken(files);
        return new Prepared(pool, Optional.of(web));
    }

    @Override
    public NodePool launcher(String yaml, String zooKeeper) {
        return pool;
    }

    @Override
    public ImageBuilder builder(ConfigFiles files, int buildWorkers, int uploadWorkers, Stats stats) {
        failIfBroken(files);
        throw new UnsupportedOperationException("no builder here");
    }

    @Override
    public NodepoolConfig config(ConfigFiles files) {
        failIfBroken(files);
        return new ConfigLoader(List.of(), Map.of()).loadText("scripted", yaml).config();
    }

    @Override
    public NodepoolConfig configWithoutMissingDrivers(ConfigFiles files) {
        return config(files);
    }

    @Override
    public Admin admin(ZooKeeperConfig zooKeeper, Duration timeout) {
        return Admin.connect(zooKeeper, timeout);
    }

    @Override
    public LocalZooKeeper zooKeeper() {
        return new LocalZooKeeper() {

            @Override
            public String connectString() {
                return "127.0.0.1:2181";
            }

            @Override
            public void close() {
                pool.calls.add("close ZooKeeper");
            }
        };
    }

    private void failIfBroken(ConfigFiles files) {
        if (configIsBroken) {
            Mark mark = new Mark(files.main().toString(), 6, 3);
            throw new ConfigException(List.of(
                    new Problem(Problem.Severity.ERROR, mark, "labels[0].min-ready", "must be a whole number")));
        }
    }
}
