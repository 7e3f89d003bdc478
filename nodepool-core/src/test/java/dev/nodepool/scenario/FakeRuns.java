package dev.nodepool.scenario;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.dib.BuildOrder;
import dev.nodepool.internal.dib.DibResult;
import dev.nodepool.internal.dib.DibResult.End;
import dev.nodepool.internal.dib.DibRuns;
import dev.nodepool.internal.dib.ImageFiles;
import dev.nodepool.internal.dib.Workspaces;
import dev.nodepool.internal.retention.LocalImages.Build;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Builds that take the time and come to the end that a test wants; files, logs and working directories are real. */
final class FakeRuns implements DibRuns {

    static final Duration TAKES = Duration.ofSeconds(2);

    private final Timer timer;
    private final Path temporary;
    private final BooleanSupplier alive;
    private final Probe probe;
    private final List<BuildOrder> orders = new ArrayList<>();
    private final List<Duration> startedAt = new ArrayList<>();
    Function<BuildOrder, Integer> status = order -> 0;
    Function<BuildOrder, Duration> takes = order -> TAKES;

    FakeRuns(Timer timer, Path temporary, BooleanSupplier alive, Probe probe) {
        this.timer = timer;
        this.temporary = temporary;
        this.alive = alive;
        this.probe = probe;
    }

    /** All builds begun so far. */
    List<BuildOrder> orders() {
        return List.copyOf(orders);
    }

    List<String> images() {
        return orders.stream().map(order -> order.image().name()).toList();
    }

    @Override
    public Run start(BuildOrder order) {
        var run = new FakeRun(order);
        if (!alive.getAsBoolean()) {
            return run;
        }
        probe.reached("dib start", true);
        if (alive.getAsBoolean()) {
            orders.add(order);
            run.begin();
            probe.reached("dib start", false);
        }
        return run;
    }

    private final class FakeRun implements Run {

        private final BuildOrder order;
        private final CompletableFuture<DibResult> done = new CompletableFuture<>();
        private boolean over;

        FakeRun(BuildOrder order) {
            this.order = order;
        }

        private Build build() {
            return new Build(order.image().name(), order.build());
        }

        private void begin() {
            io(() -> {
                Files.createDirectories(order.directories().buildLogDir());
                Files.writeString(log(), "building\n");
                var work = new Workspaces(order.imagesDir()).open(build(), temporary);
                Files.writeString(work.resolve("half"), "made");
                Files.createDirectories(order.imagesDir().resolve(order.baseName() + ".d"));
                Files.writeString(order.imagesDir().resolve(order.baseName() + ".tar-new"), "half made");
            });
            timer.after(takes.apply(order), () -> end(status.apply(order), End.EXITED));
        }

        private void end(int result, End why) {
            // The builder being dead, its run goes on for all the builder can do about it.
            if (over || !alive.getAsBoolean()) {
                return;
            }
            over = true;
            io(() -> {
                Files.deleteIfExists(order.imagesDir().resolve(order.baseName() + ".tar-new"));
                if (why == End.EXITED && result == 0) {
                    var files = new ImageFiles(order.imagesDir());
                    for (var format : order.image().formats()) {
                        Files.writeString(files.image(build(), format), order.baseName() + " as " + format);
                    }
                }
                sweep();
            });
            probe.reached("dib end", true);
            if (alive.getAsBoolean()) {
                done.complete(new DibResult(result, why, ""));
            }
        }

        /** What the real one does, without asking every process of this machine whether it belongs to the run. */
        private void sweep() throws IOException {
            var note = order.imagesDir().resolve(".nodepool-runs").resolve(order.baseName());
            if (Files.exists(note)) {
                var left = Path.of(Files.readString(note));
                Files.deleteIfExists(left.resolve("half"));
                Files.deleteIfExists(left);
                Files.deleteIfExists(note);
            }
        }

        @Override
        public CompletableFuture<DibResult> done() {
            return done;
        }

        @Override
        public void stop() {
            timer.after(Duration.ofSeconds(3), () -> end(143, End.STOPPED));
        }

        @Override
        public Path log() {
            return order.directories().buildLogDir().resolve(order.baseName() + ".log");
        }
    }

    private interface Io {
        void run() throws IOException;
    }

    private static void io(Io action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
