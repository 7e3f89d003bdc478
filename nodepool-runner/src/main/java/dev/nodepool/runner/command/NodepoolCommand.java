package dev.nodepool.runner.command;

import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.DriverPath;
import dev.nodepool.runner.logging.LogTarget;
import dev.nodepool.runner.logging.Verbosity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The operator's command; each subcommand is a class of its own. */
@Command(
        name = "nodepool",
        versionProvider = Version.class,
        description = "Looks at a Nodepool installation and acts on it.",
        footer = "The daemons have commands of their own: nodepool-launcher, nodepool-builder.")
final class NodepoolCommand implements Callable<Integer> {

    static final Path DEFAULT_CONFIG = Path.of("/etc/nodepool/nodepool.yaml");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Option(
            names = "-c",
            paramLabel = "CONFIG",
            scope = ScopeType.INHERIT,
            description = "Main configuration file (/etc/nodepool/nodepool.yaml).")
    private @Nullable Path config;

    @Option(names = "-s", paramLabel = "SECURE", scope = ScopeType.INHERIT, description = "Secure configuration file.")
    private @Nullable Path secure;

    @Option(
            names = "-l",
            paramLabel = "LOGCONFIG",
            scope = ScopeType.INHERIT,
            description = "Logback configuration file (XML).")
    private @Nullable Path logConfig;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Debug log on the standard error.")
    private boolean debug;

    @Option(
            names = "--driver-path",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Directory with jar files of further drivers; may be given several times.")
    private List<Path> driverPath = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            scope = ScopeType.INHERIT,
            converter = Seconds.class,
            description = "How long to wait for ZooKeeper (10).")
    private Duration timeout = Duration.ofSeconds(10);

    /** How long ZooKeeper has for each step. */
    Duration timeout() {
        return timeout;
    }

    /** Without a subcommand there is nothing to do. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.SOFTWARE;
    }

    ConfigFiles files() throws IOException {
        return new ConfigFiles(
                config == null ? DEFAULT_CONFIG : config, Optional.ofNullable(secure), DriverPath.drivers(driverPath));
    }

    /** Where log lines go: never to the standard output, which belongs to the answer. */
    LogTarget logTarget(Verbosity normal) {
        if (debug) {
            return new LogTarget.Stderr(Verbosity.DEBUG);
        }
        return logConfig == null ? new LogTarget.Stderr(normal) : new LogTarget.Configured(logConfig);
    }
}
