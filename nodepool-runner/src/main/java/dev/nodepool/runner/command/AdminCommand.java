package dev.nodepool.runner.command;

import dev.nodepool.admin.Admin;
import dev.nodepool.config.NodepoolConfig;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.logging.Verbosity;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A subcommand that needs the configuration and ZooKeeper. */
abstract class AdminCommand implements Callable<Integer> {

    private final NodepoolCommand nodepool;
    private final Library library;

    @Spec
    private @Nullable CommandSpec spec;

    AdminCommand(NodepoolCommand nodepool, Library library) {
        this.nodepool = nodepool;
        this.library = library;
    }

    @Override
    public final Integer call() throws IOException {
        Logging.configure(nodepool.logTarget(Verbosity.QUIET));
        ConfigFiles files = nodepool.files();
        NodepoolConfig config = opensProviders() ? library.config(files) : library.configWithoutMissingDrivers(files);
        try (Admin admin = library.admin(zooKeeper(config, files), nodepool.timeout())) {
            run(admin, config, files);
        }
        return 0;
    }

    /** Whether it needs the drivers of all providers; otherwise those without one are left out. */
    boolean opensProviders() {
        return false;
    }

    /** The ZooKeeper that it is about. */
    ZooKeeperConfig zooKeeper(NodepoolConfig config, ConfigFiles files) {
        return config.zooKeeper();
    }

    /** Does what it is for; fails with an {@link IOException} that tells why it can not. */
    abstract void run(Admin admin, NodepoolConfig config, ConfigFiles files) throws IOException;

    final PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
