package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.runner.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGUSR2 while a launcher makes and deletes machines without end. */
final class DebugSignalIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    private EmbeddedZooKeeper zooKeeper;

    @BeforeEach
    void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.start();
    }

    @AfterEach
    void stopZooKeeper() {
        zooKeeper.close();
    }

    private Path config() throws IOException {
        String port = zooKeeper.connectString().split(":")[1];
        // Stock that expires as soon as it is there is work without end.
        return Files.writeString(directory.resolve("nodepool.yaml"), """
                zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: small, min-ready: 20, max-ready-age: 1}]
                providers:
                  - name: fake-north
                    cloud: fake
                    cloud-images: [{name: image}]
                    pools: [{name: main, labels: [{name: small, cloud-image: image, min-ram: 1}]}]
                """.formatted(port));
    }

    private void twice(Program launcher) throws Exception {
        launcher.awaitOut("is ready at", LIMIT);
        launcher.signal("USR2");
        launcher.awaitOut("End debug handler", LIMIT);
        assertThat(launcher.out()).contains("Beginning debug handler", "debug-signal d: True RUNNABLE");
        // Signals that come while it works count for nothing, and a profile without work in it shows nothing.
        awaitMoreDeleted(launcher, 5);
        launcher.signal("USR2");
        launcher.awaitOut("Threads were seen at work", LIMIT);
        awaitMoreDeleted(launcher, 1);
        launcher.signal("INT");
        assertThat(launcher.waitFor(LIMIT)).isZero();
    }

    private static void awaitMoreDeleted(Program launcher, int count) {
        long before = deleted(launcher);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(deleted(launcher)).as("it serves on").isGreaterThanOrEqualTo(before + count));
    }

    private static long deleted(Program launcher) {
        return launcher.out()
                .lines()
                .filter(line -> line.endsWith("is deleted"))
                .count();
    }

    @Test
    void recordsWhereTheVirtualMachineLeavesTheSignalAlone() throws Exception {
        try (Program launcher = Program.startJar(
                Map.of(
                        "_JAVA_SR_SIGNUM",
                        "50",
                        "JDK_JAVA_OPTIONS",
                        "-Djava.io.tmpdir=" + directory,
                        "SECRET",
                        "swordfish"),
                "launcher",
                "-f",
                "-c",
                config().toString())) {
            twice(launcher);
            Matcher told = Pattern.compile("The recording is in (\\S+\\.jfr)").matcher(launcher.out());
            assertThat(told.find()).as(launcher::told).isTrue();
            Path file = Path.of(told.group(1));
            assertThat(file).hasParent(directory);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            List<String> types = RecordingFile.readAllEvents(file).stream()
                    .map(event -> event.getEventType().getName())
                    .distinct()
                    .toList();
            assertThat(types)
                    .containsAnyOf("jdk.ExecutionSample", "jdk.NativeMethodSample")
                    .doesNotContain("jdk.InitialEnvironmentVariable", "jdk.InitialSystemProperty", "jdk.SystemProcess");
        }
    }

    @Test
    void samplesItselfWhereTheVirtualMachineNeedsTheSignal() throws Exception {
        try (Program launcher = Program.startJar("launcher", "-f", "-c", config().toString())) {
            twice(launcher);
            assertThat(launcher.out()).contains("Sampling, without a file").doesNotContain("The recording is in");
        }
    }
}
