package dev.nodepool.runner.command;

import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.daemon.BuilderDaemon;
import dev.nodepool.runner.daemon.Signals;
import dev.nodepool.runner.daemon.StopSignals;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.metrics.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The builder daemon: runs until a signal asks it to stop. */
@Command(
        name = "nodepool-builder",
        versionProvider = Version.class,
        description = "Builds disk images, uploads them to providers, and removes old ones.")
final class BuilderCommand implements Callable<Integer> {

    private static final Path PID_FILE = Path.of("/var/run/nodepool/nodepool-builder.pid");
    private static final Path LOG_FILE = Path.of("/var/log/nodepool/nodepool-builder.log");

    private final Library library;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final DaemonOptions daemon = new DaemonOptions();

    @Option(
            names = "--build-workers",
            paramLabel = "N",
            description = "How many images are built at once; 0 for none (${DEFAULT-VALUE}).")
    private int buildWorkers = 1;

    @Option(
            names = "--upload-workers",
            paramLabel = "N",
            description = "How many uploads are done at once; 0 for none (${DEFAULT-VALUE}).")
    private int uploadWorkers = 4;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description = "At a stop, how long builds and uploads under way may go on (0).")
    private Duration drain = Duration.ZERO;

    @Option(
            names = "--web",
            paramLabel = "[ADDRESS:]PORT",
            converter = WebAddress.class,
            description =
                    "Serve a status page, /ready and /metrics there; without an address on 127.0.0.1 (not at all).")
    private @Nullable WebConfig web;

    BuilderCommand(Library library) {
        this.library = library;
    }

    @Override
    public Integer call() throws Exception {
        if (buildWorkers < 0 || uploadWorkers < 0) {
            throw new ParameterException(spec.commandLine(), "a number of workers can not be negative");
        }
        daemon.refuseRepl();
        Logging.configure(daemon.logTarget(LOG_FILE));
        BuilderDaemon.Options options = new BuilderDaemon.Options(
                daemon.files(), daemon.pidFile(PID_FILE), buildWorkers, uploadWorkers, Optional.ofNullable(web), drain);
        CountDownLatch stop = new CountDownLatch(1);
        InstantSource clock = InstantSource.system();
        try (Figures figures = Figures.open("builder", System.getenv(), web != null, clock)) {
            new BuilderDaemon(library, options, figures, clock).run(stop, builder -> {
                StopSignals.install(stop::countDown);
                // How it ended is in the log.
                Signals.onHangUp(builder::reload);
                daemon.tellStartScript();
            });
        }
        return 0;
    }
}
