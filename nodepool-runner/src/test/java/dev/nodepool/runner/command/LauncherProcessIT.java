package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.runner.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LauncherProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void brokenConfigurationEndsTheStartWithEveryProblemAndItsPlace() throws Exception {
        Path config = config("""
                zookeeper-servers:
                  - host: 127.0.0.1
                    port: 1
                labels:
                  - name: small
                    min-ready: lots
                providers: 7
                """);
        try (Program launcher = Program.startJar("launcher", "-f", "-c", config.toString())) {
            assertThat(launcher.waitFor(LIMIT)).isEqualTo(1);
            assertThat(launcher.err()).contains(config + ":6:16: labels[0].min-ready", config + ":7:12: providers");
        }
    }

    @ParameterizedTest
    @CsvSource({"INT", "TERM"})
    void aSignalStopsItInOrder(String signal) throws Exception {
        try (Program launcher = launcherWithoutZooKeeper()) {
            launcher.awaitOut("Launcher started as process " + launcher.pid(), LIMIT);
            launcher.signal(signal);
            assertThat(launcher.waitFor(LIMIT)).as(launcher::told).isZero();
            assertThat(launcher.out()).contains("Stopping").endsWith("Stopped\n");
        }
    }

    @Test
    void hangUpReadsAChangedConfigurationAtOnceAndDoesNotEndTheProcess() throws Exception {
        try (Program launcher = launcherWithoutZooKeeper()) {
            launcher.awaitOut("Launcher started as process " + launcher.pid(), LIMIT);
            config("labels: [{name: 1.5}, 7]");
            launcher.signal("HUP");
            launcher.awaitOut("the last good one stays in force", Duration.ofSeconds(8));
            launcher.signal("TERM");
            assertThat(launcher.waitFor(LIMIT)).as(launcher::told).isZero();
        }
    }

    @Test
    void saysInOneLineThatZooKeeperIsNotThereAndGoesOnTrying() throws Exception {
        try (Program launcher = launcherWithoutZooKeeper()) {
            launcher.awaitOut("No connection to ZooKeeper at 127.0.0.1:1 for 10 s; still trying", LIMIT);
            assertThat(launcher.out()).doesNotContain("ConnectException");
        }
    }

    private Program launcherWithoutZooKeeper() throws IOException {
        Path config = config("""
                zookeeper-servers:
                  - host: 127.0.0.1
                    port: 1
                webapp: {port: 0, listen_address: 127.0.0.1}
                """);
        return Program.startJar("launcher", "-f", "-c", config.toString());
    }

    private Path config(String text) throws IOException {
        return Files.writeString(directory.resolve("nodepool.yaml"), text);
    }
}
