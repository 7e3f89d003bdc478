package dev.nodepool.runner.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGUSR2: logs what all threads do; the first also begins a profile, the second ends it and logs what it saw, and so on.
 * While that is done further signals count for nothing, however many come.
 */
public final class DebugSignal {

    /** The name that Python's daemons have for it. */
    public static final String LOGGER = "nodepool.stack_dump";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);

    private final boolean recorder;
    private final Path directory;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** Only whoever is busy. */
    private @Nullable Profile profile;

    /**
     * @param environment tells whether the Java VM leaves SIGUSR2 alone: with {@code _JAVA_SR_SIGNUM}, which the start scripts
     *     set. Otherwise its flight recorder would send hundreds of them.
     * @param directory for recordings
     */
    public DebugSignal(Map<String, String> environment, Path directory) {
        this.recorder = environment.containsKey("_JAVA_SR_SIGNUM");
        this.directory = directory;
    }

    /** Takes note of a signal; what is to be done is done by a thread of its own. */
    public void received() {
        if (busy.compareAndSet(false, true)) {
            Thread work = new Thread(this::work, "debug-signal");
            work.setDaemon(true);
            work.start();
        }
    }

    private void work() {
        try {
            log.info("Beginning debug handler");
            ThreadDump.take().forEach(log::info);
            toggle();
            log.info("End debug handler");
        } catch (IOException | RuntimeException e) {
            log.error("The debug handler failed", e);
        } finally {
            busy.set(false);
        }
    }

    private void toggle() throws IOException {
        Profile running = profile;
        if (running == null) {
            profile = recorder ? FlightProfile.start(directory) : SampledProfile.start();
            log.info(
                    recorder
                            ? "Recording to a file in {}; SIGUSR2 once more ends it"
                            : "Sampling, without a file in {} because _JAVA_SR_SIGNUM is not set; SIGUSR2 once more ends it",
                    directory);
        } else {
            profile = null;
            running.stop().forEach(log::info);
        }
    }
}
