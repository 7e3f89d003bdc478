package dev.nodepool.runner.command;

import dev.nodepool.runner.daemon.LauncherDaemon;
import dev.nodepool.runner.daemon.Signals;
import dev.nodepool.runner.daemon.StopSignals;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.logging.Logging;
import dev.nodepool.runner.metrics.Figures;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The launcher daemon: runs until a signal asks it to stop. */
@Command(
        name = "nodepool-launcher",
        versionProvider = Version.class,
        description = "Turns node requests into machines, and deletes the machines after use.")
final class LauncherCommand implements Callable<Integer> {

    private static final Path PID_FILE = Path.of("/var/run/nodepool/nodepool.pid");
    private static final Path LOG_FILE = Path.of("/var/log/nodepool/nodepool.log");

    private final Library library;

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final DaemonOptions daemon = new DaemonOptions();

    @Option(names = "--no-webapp", description = "Do not start the status server.")
    private boolean noWebapp;

    @Option(
            names = "--announce",
            paramLabel = "URL",
            description = "Where others reach the status server (http://HOST:PORT of this host).")
    private @Nullable URI announced;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description = "At a stop, how long launches under way may go on (0).")
    private Duration drain = Duration.ZERO;

    @Option(
            names = "--ready-timeout",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description = "How long a provider that can not be started holds /ready back (120).")
    private Duration readyTimeout = Duration.ofSeconds(120);

    LauncherCommand(Library library) {
        this.library = library;
    }

    @Override
    public Integer call() throws Exception {
        daemon.refuseRepl();
        Logging.configure(daemon.logTarget(LOG_FILE));
        LauncherDaemon.Options options = new LauncherDaemon.Options(
                daemon.files(),
                daemon.pidFile(PID_FILE),
                !noWebapp,
                Optional.ofNullable(announced),
                readyTimeout,
                drain);
        CountDownLatch stop = new CountDownLatch(1);
        InstantSource clock = InstantSource.system();
        try (Figures figures = Figures.open("launcher", System.getenv(), !noWebapp, clock)) {
            new LauncherDaemon(library, options, figures, clock).run(stop, pool -> {
                StopSignals.install(stop::countDown);
                // How it ended is in the log.
                Signals.onHangUp(pool::reload);
                daemon.tellStartScript();
            });
        }
        return 0;
    }
}
