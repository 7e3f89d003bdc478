package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.HostProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image far larger than the memory of the builder. */
final class LargeImageHostIT {

    private static final Duration READ_THREE_TIMES = Duration.ofMinutes(10);

    @TempDir
    private Path directory;

    @Test
    void aSparseImageOfTenGibibytesIsCheckedAndUploadedInSixtyFourMebibytes() throws Exception {
        HostProgram.require("/usr/bin/truncate", "coreutils");
        var dib = Files.writeString(directory.resolve("dib"), """
                #!/bin/sh
                while [ "$1" != -o ]; do shift; done
                truncate -s 10G "$2.raw"
                """);
        Files.setPosixFilePermissions(dib, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var zooKeeper = EmbeddedZooKeeper.start()) {
            var config = Files.writeString(directory.resolve("nodepool.yaml"), """
                    zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                    images-dir: %s
                    build-log-dir: %s
                    diskimages: [{name: large, dib-cmd: %s}]
                    providers:
                      - name: fake-one
                        diskimages: [{name: large}]
                        pools: []
                        fake-cloud: {state: %s, image-format: raw}
                    """.formatted(
                            zooKeeper.connectString().split(":")[1],
                            directory.resolve("images"),
                            directory.resolve("logs"),
                            dib,
                            directory.resolve("cloud")));
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-jar",
                    Objects.requireNonNull(System.getProperty("nodepool.jar"), "set by the build")));
            command.addAll(List.of("builder", "-f", "-c", config.toString()));
            try (var builder = Program.start(command, Map.of())) {
                builder.awaitOut("to fake-one is ready", READ_THREE_TIMES);
                assertThat(builder.out()).containsPattern(" [1-9][0-9] % of 10737418240 bytes");
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(Files.readString(directory.resolve("cloud")))
                                .contains("\t10737418240\t" + sum("sha256")));
                assertThat(sum("md5")).matches("[0-9a-f]{32}");
                builder.signal("TERM");
                assertThat(builder.waitFor(Duration.ofSeconds(30))).isZero();
            }
        }
    }

    private String sum(String kind) throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("images"))) {
            var file = files.filter(f -> f.getFileName().toString().endsWith("." + kind))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file).split(" ")[0];
        }
    }
}
