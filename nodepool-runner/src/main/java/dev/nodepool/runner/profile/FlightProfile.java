package dev.nodepool.runner.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * A recording of the Java VM's own flight recorder, written to a file that only the owner of the process may read.
 *
 * <p>Only where the VM samples with a signal that is not ours: its signals would all come to our handler.
 */
final class FlightProfile implements Profile {

    /** A recording that somebody forgot keeps the last of it, and no more than this. */
    private static final Duration KEPT = Duration.ofHours(1);

    private static final long KEPT_BYTES = 100L * 1024 * 1024;

    private final Recording recording;
    private final Path directory;

    private FlightProfile(Recording recording, Path directory) {
        this.recording = recording;
        this.directory = directory;
    }

    /**
     * Begins.
     *
     * @param directory for the file
     * @throws IOException when this VM can not record
     */
    static FlightProfile start(Path directory) throws IOException {
        Recording recording;
        try {
            recording = new Recording(Configuration.getConfiguration("profile"));
        } catch (ParseException | IllegalStateException e) {
            throw new IOException("this Java VM does not record: " + e.getMessage(), e);
        }
        recording.setName("nodepool");
        recording.setMaxAge(KEPT);
        recording.setMaxSize(KEPT_BYTES);
        // Passwords and tokens often come by the environment.
        recording.disable("jdk.InitialEnvironmentVariable");
        recording.disable("jdk.InitialSystemProperty");
        // Command lines of all processes of the host.
        recording.disable("jdk.SystemProcess");
        recording.start();
        return new FlightProfile(recording, directory);
    }

    @Override
    public List<String> stop() throws IOException {
        try (recording) {
            recording.stop();
            // A temporary file is the owner's alone from its first moment.
            Path file = Files.createTempFile(
                    directory, "nodepool-" + ProcessHandle.current().pid() + "-", ".jfr");
            recording.dump(file);
            List<String> lines = new ArrayList<>();
            lines.add("The recording is in %s (%d kB)".formatted(file, Files.size(file) / 1024));
            lines.addAll(hotSpots(file).lines());
            return lines;
        }
    }

    private static HotSpots hotSpots(Path file) throws IOException {
        HotSpots seen = new HotSpots();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample")
                        && event.getStackTrace() != null
                        && !event.getStackTrace().getFrames().isEmpty()) {
                    RecordedFrame top = event.getStackTrace().getFrames().get(0);
                    RecordedThread thread = event.getThread("sampledThread");
                    seen.seen(
                            top.getMethod().getType().getName() + "."
                                    + top.getMethod().getName(),
                            thread == null ? "unknown" : String.valueOf(thread.getJavaName()));
                }
            }
        }
        return seen;
    }
}
