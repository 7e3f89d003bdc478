package dev.nodepool.runner.daemon;

import dev.nodepool.NodePool;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.library.Prepared;
import dev.nodepool.runner.library.ThisProgram;
import dev.nodepool.runner.metrics.Figures;
import dev.nodepool.runner.page.StatusPage;
import dev.nodepool.runner.web.Endpoint;
import dev.nodepool.runner.web.LauncherPages;
import dev.nodepool.runner.web.MetricsEndpoint;
import dev.nodepool.runner.web.ReadyEndpoint;
import dev.nodepool.runner.web.StatusServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A launcher as a process: what is started and stopped, and in which order. */
public final class LauncherDaemon {

    private static final Logger log = LoggerFactory.getLogger(LauncherDaemon.class);
    private static final Duration PID_FILE_PATIENCE = Duration.ofSeconds(10);

    private final Library library;
    private final Options options;
    private final Figures figures;
    private final InstantSource clock;

    /**
     * @param files the configuration
     * @param pidFile where to write the process number; empty for not at all
     * @param web whether to serve the status pages
     * @param readyTimeout how long a provider that can not be started holds readiness back
     * @param drain how long launches under way may go on at a stop
     */
    public record Options(
            ConfigFiles files, Optional<Path> pidFile, boolean web, Duration readyTimeout, Duration drain) {}

    /** @param figures where figures go; not closed here */
    public LauncherDaemon(Library library, Options options, Figures figures, InstantSource clock) {
        this.library = library;
        this.options = options;
        this.figures = figures;
        this.clock = clock;
    }

    /**
     * Starts, runs, and stops in order.
     *
     * @param stop asks for the stop
     * @param started given the launcher once everything runs that can fail at the start
     * @throws IOException when the pid file is held or the web address is taken
     * @throws dev.nodepool.config.ConfigException when the configuration has errors
     */
    public void run(CountDownLatch stop, Consumer<NodePool> started) throws IOException, InterruptedException {
        if (options.pidFile().isEmpty()) {
            serve(stop, started);
        } else {
            try (PidFile held = PidFile.acquire(options.pidFile().get(), PID_FILE_PATIENCE)) {
                serve(stop, started);
            }
        }
        log.info("Stopped");
    }

    private void serve(CountDownLatch stop, Consumer<NodePool> started) throws IOException, InterruptedException {
        Prepared launcher = library.launcher(options.files(), figures.sink());
        if (!options.web()) {
            work(launcher.pool(), stop, started);
            return;
        }
        try (StatusServer web = statusServer(launcher)) {
            log.info("Status server listens at {}", web.uri());
            launcher.pool().announce(web.uri(ThisProgram.host()));
            work(launcher.pool(), stop, started);
        }
    }

    private StatusServer statusServer(Prepared launcher) throws IOException {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        endpoints.put(ReadyEndpoint.PATH, new ReadyEndpoint(launcher.pool()::readiness, options.readyTimeout(), clock));
        figures.prometheus().ifPresent(page -> endpoints.put(MetricsEndpoint.PATH, MetricsEndpoint.of(page)));
        endpoints.putAll(LauncherPages.of(
                new StatusPage(ThisProgram.host(), ThisProgram.version()),
                launcher.pool()::readiness,
                launcher.pool()::overview,
                clock));
        try {
            return StatusServer.start(launcher.web().orElse(StatusServer.LOOPBACK), endpoints);
        } catch (IOException e) {
            launcher.pool().close();
            throw e;
        }
    }

    private void work(NodePool pool, CountDownLatch stop, Consumer<NodePool> started) throws InterruptedException {
        try {
            pool.start();
            if (options.web()) {
                // The first answer is that it will be known: nobody has to wait for it.
                pool.overview();
            }
            started.accept(pool);
            log.info("Launcher started as process {}", ProcessHandle.current().pid());
            stop.await();
            log.info("Stopping; launches under way have {} s", options.drain().toSeconds());
        } finally {
            pool.close(options.drain());
        }
    }
}
