package dev.nodepool.runner.daemon;

import dev.nodepool.ImageBuilder;
import dev.nodepool.metrics.Stats;
import dev.nodepool.runner.library.ConfigFiles;
import dev.nodepool.runner.library.Library;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A builder as a process: what is started and stopped, and in which order. */
public final class BuilderDaemon {

    private static final Logger log = LoggerFactory.getLogger(BuilderDaemon.class);
    private static final Duration PID_FILE_PATIENCE = Duration.ofSeconds(10);

    private final Library library;
    private final Options options;
    private final Stats stats;

    /**
     * @param files the configuration
     * @param pidFile where to write the process number; empty for not at all
     * @param buildWorkers how many images are built at once
     * @param uploadWorkers how many uploads are done at once
     * @param drain how long builds and uploads under way may go on at a stop
     */
    public record Options(
            ConfigFiles files, Optional<Path> pidFile, int buildWorkers, int uploadWorkers, Duration drain) {}

    /** @param stats where figures go */
    public BuilderDaemon(Library library, Options options, Stats stats) {
        this.library = library;
        this.options = options;
        this.stats = stats;
    }

    /**
     * Starts, runs, and stops in order.
     *
     * @param stop asks for the stop
     * @param started given the builder once everything runs that can fail at the start
     * @throws IOException when the pid file is held or the directory of images can not be used
     * @throws dev.nodepool.config.ConfigException when the configuration has errors
     */
    public void run(CountDownLatch stop, Consumer<ImageBuilder> started) throws IOException, InterruptedException {
        if (options.pidFile().isEmpty()) {
            work(stop, started);
        } else {
            try (PidFile held = PidFile.acquire(options.pidFile().get(), PID_FILE_PATIENCE)) {
                work(stop, started);
            }
        }
        log.info("Stopped");
    }

    private void work(CountDownLatch stop, Consumer<ImageBuilder> started) throws IOException, InterruptedException {
        ImageBuilder builder = library.builder(options.files(), options.buildWorkers(), options.uploadWorkers(), stats);
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
