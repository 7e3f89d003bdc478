package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.runner.Program;
import dev.nodepool.testing.DebianZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A builder of ours beside one that speaks with ZooKeeper as Python's does. */
final class KazooBuilderHostIT {

    @TempDir
    private Path directory;

    @Test
    void eachRespectsTheOthersLockAndReadsTheOthersRecords() throws Exception {
        try (var zooKeeper = DebianZooKeeper.plain(directory.resolve("zookeeper"));
                var python = HostProgram.python(
                        KazooBuilderHostIT.class, "kazoo_builder.py", zooKeeper.connectString(), "img")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                assertThat(python.isAlive()).as(python::output).isTrue();
                return python.output().contains("building");
            });
            var config = Files.writeString(directory.resolve("nodepool.yaml"), """
                    zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                    images-dir: %s
                    build-log-dir: %s
                    diskimages: [{name: img, dib-cmd: '%%p/fake-image-create', env-vars: {TMPDIR: %s}}]
                    providers:
                      - {name: fake-one, diskimages: [{name: img}], pools: [], fake-cloud: {state: %s}}
                    """.formatted(
                            zooKeeper.port(),
                            directory.resolve("images"),
                            directory.resolve("logs"),
                            directory.resolve("tmp"),
                            directory.resolve("cloud")));
            try (var builder = Program.startJar("builder", "-f", "-c", config.toString())) {
                assertThat(python.waitFor(Duration.ofSeconds(120)))
                        .as(() -> python.output() + builder.told())
                        .isZero();
            }
        }
    }
}
