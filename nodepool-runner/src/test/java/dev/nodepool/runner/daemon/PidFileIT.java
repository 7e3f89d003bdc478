package dev.nodepool.runner.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PidFileIT {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Process other = startOther();

    @TempDir
    private Path directory;

    @AfterEach
    void stopOther() {
        other.destroyForcibly();
    }

    @Test
    void namesThisProcessUntilItIsClosed() throws Exception {
        try (PidFile held = PidFile.acquire(path(), SHORT)) {
            assertThat(path()).hasContent(Long.toString(ProcessHandle.current().pid()));
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void refusesWhileTheNamedProcessLives() throws Exception {
        Files.writeString(path(), Long.toString(other.pid()));
        assertThatThrownBy(() -> PidFile.acquire(path(), SHORT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path().toString())
                .hasMessageContaining("process " + other.pid());
        assertThat(path()).hasContent(Long.toString(other.pid()));
    }

    @Test
    void takesOverFromAProcessThatEndsInTime() throws Exception {
        Files.writeString(path(), Long.toString(other.pid()));
        other.destroy();
        try (PidFile held = PidFile.acquire(path(), LONG)) {
            assertThat(path()).hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void takesOverWhatADeadProcessLeft() throws Exception {
        other.destroyForcibly();
        assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Files.writeString(path(), other.pid() + "\n");
        try (PidFile held = PidFile.acquire(path(), SHORT)) {
            assertThat(path()).hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void takesOverItsOwnNumberFromAnEarlierLifeOfTheContainer() throws Exception {
        Files.writeString(path(), Long.toString(ProcessHandle.current().pid()));
        PidFile.acquire(path(), SHORT).close();
        assertThat(path()).doesNotExist();
    }

    @Test
    void refusesASecondHolder() throws Exception {
        try (PidFile held = PidFile.acquire(path(), SHORT)) {
            assertThatThrownBy(() -> PidFile.acquire(path(), SHORT)).hasMessageContaining("running already");
            assertThat(path()).exists();
        }
    }

    @Test
    void namesAFileThatCanNotBeWritten() {
        Path missing = directory.resolve("missing").resolve("daemon.pid");
        assertThatThrownBy(() -> PidFile.acquire(missing, SHORT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can not write pid file " + missing);
    }

    private Path path() {
        return directory.resolve("daemon.pid");
    }

    private static Process startOther() {
        try {
            return new ProcessBuilder("sleep", "60").start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
