package dev.nodepool.runner.daemon;

import dev.nodepool.ImageBuilder;
import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.library.ThisProgram;
import dev.nodepool.runner.metrics.Figures;
import dev.nodepool.runner.page.BuilderPage;
import dev.nodepool.runner.web.BuilderPages;
import dev.nodepool.runner.web.Endpoint;
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

/** A builder as a process: what is started and stopped, and in which order. */
public final class BuilderDaemon {

    private static final Logger log = LoggerFactory.getLogger(BuilderDaemon.class);
    private static final Duration PID_FILE_PATIENCE = Duration.ofSeconds(10);
    /** How long a provider that can not be started holds readiness back. */
    private static final Duration READY_PATIENCE = Duration.ofSeconds(120);

    private final Library library;
    private final Options options;
    private final Figures figures;
    private final InstantSource clock;

    /**
     * @param files the configuration
     * @param pidFile where to write the process number; empty for not at all
     * @param buildWorkers how many images are built at once
     * @param uploadWorkers how many uploads are done at once
     * @param web where to serve the status page; empty for not at all
     * @param drain how long builds and uploads under way may go on at a stop
     */
    public record Options(
            ConfigFiles files,
            Optional<Path> pidFile,
            int buildWorkers,
            int uploadWorkers,
            Optional<WebConfig> web,
            Duration drain) {}

    /** @param figures where figures go; not closed here */
    public BuilderDaemon(Library library, Options options, Figures figures, InstantSource clock) {
        this.library = library;
        this.options = options;
        this.figures = figures;
        this.clock = clock;
    }

    /**
     * Starts, runs, and stops in order.
     *
     * @param stop asks for the stop
     * @param started given the builder once everything runs that can fail at the start
     * @throws IOException when the pid file is held, the directory of images can not be used or the web address is taken
     * @throws dev.nodepool.config.ConfigException when the configuration has errors
     */
    public void run(CountDownLatch stop, Consumer<ImageBuilder> started) throws IOException, InterruptedException {
        if (options.pidFile().isEmpty()) {
            serve(stop, started);
        } else {
            try (PidFile held = PidFile.acquire(options.pidFile().get(), PID_FILE_PATIENCE)) {
                serve(stop, started);
            }
        }
        log.info("Stopped");
    }

    private void serve(CountDownLatch stop, Consumer<ImageBuilder> started) throws IOException, InterruptedException {
        ImageBuilder builder =
                library.builder(options.files(), options.buildWorkers(), options.uploadWorkers(), figures.sink());
        if (options.web().isEmpty()) {
            work(builder, stop, started);
            return;
        }
        try (StatusServer web = statusServer(builder, options.web().get())) {
            log.info("Status server listens at {}", web.uri());
            work(builder, stop, started);
        }
    }

    private StatusServer statusServer(ImageBuilder builder, WebConfig where) throws IOException {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        endpoints.put(ReadyEndpoint.PATH, new ReadyEndpoint(builder::readiness, READY_PATIENCE, clock));
        figures.prometheus().ifPresent(page -> endpoints.put(MetricsEndpoint.PATH, MetricsEndpoint.of(page)));
        endpoints.putAll(BuilderPages.of(new BuilderPage(ThisProgram.host(), ThisProgram.version()), builder, clock));
        try {
            return StatusServer.start(where, endpoints);
        } catch (IOException e) {
            builder.close();
            throw e;
        }
    }

    private void work(ImageBuilder builder, CountDownLatch stop, Consumer<ImageBuilder> started)
            throws InterruptedException {
        try {
            builder.start();
            started.accept(builder);
            log.info("Builder started as process {}", ProcessHandle.current().pid());
            stop.await();
            log.info(
                    "Stopping; builds and uploads under way have {} s",
                    options.drain().toSeconds());
        } finally {
            builder.close(options.drain());
        }
    }
}
