package dev.nodepool.internal.dib;

import dev.nodepool.internal.dib.DibResult.End;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.runtime.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run as a process in a session of its own, whose output goes straight into its log. It is ended by a signal to the
 * leader alone, which then takes down what it mounted; only what that leaves is killed and swept. Thread-safe.
 */
final class DibRun implements DibRuns.Run {

    private static final Logger LOG = LoggerFactory.getLogger(DibRun.class);

    /** So long a run may take to clean up after itself when asked to end. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** After killing it everything has ended, or never will. */
    private static final Duration KILLED = Duration.ofSeconds(30);

    private final Threads threads;
    private final BuildOrder order;
    private final Build build;
    private final BuildLog logs;
    private final Workspaces workspaces;
    private final CompletableFuture<DibResult> done = new CompletableFuture<>();
    private final AtomicReference<@Nullable End> ending = new AtomicReference<>();
    private volatile @Nullable Process process;
    private volatile Runnable cancelTimeout = () -> {};

    private DibRun(Threads threads, BuildOrder order) {
        this.threads = threads;
        this.order = order;
        build = new Build(order.image().name(), order.build());
        logs = new BuildLog(order.directories().buildLogDir(), order.image().name());
        workspaces = new Workspaces(order.imagesDir());
    }

    /** Runs on this machine. */
    static DibRuns on(Threads threads) {
        return order -> {
            var run = new DibRun(threads, order);
            threads.shared().execute(run::begin);
            return run;
        };
    }

    @Override
    public CompletableFuture<DibResult> done() {
        return done;
    }

    @Override
    public Path log() {
        return logs.file(order.build());
    }

    private void begin() {
        try {
            var log = logs.prepare(order.build(), order.directories().buildLogRetention());
            var work = workspaces.open(build, DibCommand.temporaryRoot(order, System.getenv()));
            var command = DibCommand.of(order, fakes(), work);
            LOG.info("Running {}, log in {}", String.join(" ", command.words()), log);
            var started = start(command, log);
            process = started;
            cancelTimeout = threads.timer().after(order.image().buildTimeout(), () -> end(End.TIMED_OUT));
            started.onExit().thenAcceptAsync(this::exited, threads.shared());
            if (ending.get() != null) {
                terminate(started);
            }
        } catch (IOException | RuntimeException e) {
            finish(new DibResult(1, End.NOT_STARTED, FileFaults.text(e)));
        }
    }

    /** The fake is put on disk only when it is wanted. */
    private Path fakes() throws IOException {
        return order.image().dibCommand().contains(DibCommand.FAKE) ? FakeDib.directory() : order.imagesDir();
    }

    private static Process start(DibCommand command, Path log) throws IOException {
        var words = new ArrayList<>(List.of("setsid"));
        words.addAll(command.words());
        var builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(command.environment());
        return builder.start();
    }

    @Override
    public void stop() {
        end(End.STOPPED);
    }

    private void end(End why) {
        if (!ending.compareAndSet(null, why)) {
            return;
        }
        LOG.warn("Ending the build {}: {}", order.baseName(), why == End.TIMED_OUT ? "it takes too long" : "stopped");
        var running = process;
        if (running != null) {
            terminate(running);
        }
    }

    private void terminate(Process running) {
        running.destroy();
        threads.timer().after(PATIENCE, () -> {
            if (running.isAlive()) {
                LOG.warn("The build {} does not end when asked to, killing it", order.baseName());
                killGroup(running);
                threads.timer().after(KILLED, () -> exited(running));
            }
        });
    }

    /** The leader has ended, perhaps not everything that it started. */
    private void exited(Process ended) {
        if (done.isDone()) {
            return;
        }
        cancelTimeout.run();
        var status = ended.isAlive() ? 1 : ended.exitValue();
        var why = ending.get();
        killGroup(ended);
        if (why != End.TIMED_OUT) {
            writeStatus(status);
        }
        finish(new DibResult(why == End.TIMED_OUT ? 1 : status, why == null ? End.EXITED : why, ""));
    }

    private void writeStatus(int status) {
        try {
            BuildLog.end(log(), status);
        } catch (IOException e) {
            LOG.warn("The end of the log {} is missing: {}", log(), e.getMessage());
        }
    }

    /** The session of a run has the number of its leader. */
    private void killGroup(Process leader) {
        try {
            Processes.endSession(leader.pid());
        } catch (IOException e) {
            LOG.warn("Processes of the build {} may live on: {}", order.baseName(), e.getMessage());
        }
    }

    private void finish(DibResult result) {
        try {
            workspaces.sweep(build);
            done.complete(result);
        } catch (IOException | RuntimeException e) {
            // What is noted is swept again later, by whoever finds the note.
            LOG.error("The build {} leaves something behind for now: {}", order.baseName(), e.getMessage());
            done.complete(new DibResult(result.status(), result.end(), "left behind: " + e.getMessage()));
        }
    }
}
