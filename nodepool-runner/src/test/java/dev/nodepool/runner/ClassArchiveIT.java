package dev.nodepool.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script of an installation with the real jar, the real Java and its class archive. */
final class ClassArchiveIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private Path root;

    @BeforeEach
    void install() throws IOException {
        Path project = Path.of("").toAbsolutePath().getParent();
        Path bin = Files.createDirectories(root.resolve("bin"));
        for (String script : List.of("nodepool", "common.sh")) {
            Files.copy(project.resolve("bin").resolve(script), bin.resolve(script));
        }
        Path lib = Files.createDirectories(root.resolve("lib"));
        Files.copy(
                Path.of(Objects.requireNonNull(System.getProperty("nodepool.jar"), "set by the build")),
                lib.resolve("nodepool.jar"));
        Files.createDirectories(root.resolve("cache"));
    }

    @Test
    void isMadeOnceAndWhatIsBrokenInItBreaksNoStart() throws Exception {
        assertThat(version()).startsWith("Nodepool version: ");
        Path archive = archive();
        assertThat(archive).isNotEmptyFile();
        assertThat(loadedFrom(archive)).as("classes of the archive").contains("shared objects file (top)");

        // Whatever it holds, the program runs: a jar that was replaced, a file that is cut off, one that is
        // overwritten.
        Path jar = root.resolve("lib/nodepool.jar");
        long size = Files.size(archive);
        assertThat(archive.toFile().setWritable(true)).isTrue();
        for (long at : List.of(0L, 300L, size / 2, size - 5_000)) {
            byte[] before = damage(archive, at);
            assertThat(version()).as("damaged at " + at).startsWith("Nodepool version: ");
            restore(archive, at, before);
        }
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
            file.setLength(size / 2);
        }
        assertThat(version()).as("cut off").startsWith("Nodepool version: ");
        assertThat(archive()).as("made anew").isNotEmptyFile();
    }

    private String version() throws IOException, InterruptedException {
        try (Program program = start()) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            assertThat(program.err()).isEmpty();
            return program.out();
        }
    }

    private String loadedFrom(Path archive) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:SharedArchiveFile=" + archive,
                "-Xlog:class+load",
                "-jar",
                root.resolve("lib/nodepool.jar").toString(),
                "--version");
        try (Program program = Program.start(command, Map.of())) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            return program.out();
        }
    }

    private Program start() throws IOException {
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "NODEPOOL_CACHE_DIR",
                root.resolve("cache").toString());
        return Program.start(List.of(root.resolve("bin/nodepool").toString(), "--version"), environment);
    }

    private static byte[] damage(Path file, long at) throws IOException {
        byte[] before = new byte[4_096];
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            access.readFully(before);
            access.seek(at);
            access.write(new byte[before.length]);
        }
        return before;
    }

    private static void restore(Path file, long at, byte[] before) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            access.write(before);
        }
    }

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".jsa"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no archive"));
        }
    }
}
