package dev.nodepool.internal.dib;

import dev.nodepool.internal.runtime.Threads;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Starts runs of diskimage-builder; simulations put something else in its place. */
public interface DibRuns {

    /** Runs as processes of this machine. */
    static DibRuns real(Threads threads) {
        return DibRun.on(threads);
    }

    /** Begins at once and does not block. */
    Run start(BuildOrder order);

    /** One run, which leaves nothing behind but files of the image and a log, however it ends. */
    interface Run {

        /** Completes, never with a failure, when all has been swept that the run had. */
        CompletableFuture<DibResult> done();

        /** Ends it before its time; harmless when it is over. */
        void stop();

        /** Its log; what is in it grows while it runs. */
        Path log();
    }
}
