package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.runner.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepCommandIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Path config(String address) throws IOException {
        String[] parts = address.split(":");
        return Files.writeString(
                directory.resolve("nodepool.yaml"),
                "zookeeper-servers: [{host: %s, port: %s}]\n".formatted(parts[0], parts[1]));
    }

    @Test
    void showsAndRefusesWithAReasonWhatThereIsNotToConfirm() throws Exception {
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start()) {
            String config = config(server.connectString()).toString();
            try (Program sweep = Program.startJar("-c", config, "sweep")) {
                assertThat(sweep.waitFor(LIMIT)).as(sweep::told).isZero();
                assertThat(sweep.out()).isEqualTo("no provider was swept yet\n");
            }
            try (Program sweep = Program.startJar("-c", config, "sweep", "--confirm", "north")) {
                assertThat(sweep.waitFor(LIMIT)).as(sweep::told).isEqualTo(1);
                assertThat(sweep.err()).contains("error: no launcher has swept a provider north");
                assertThat(sweep.out()).isEmpty();
            }
        }
    }

    @Test
    void endsWithOneAndTheReasonWithoutZooKeeper() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            try (Program sweep = Program.startJar("-c", config(address).toString(), "sweep", "--timeout", "1")) {
                assertThat(sweep.waitFor(LIMIT)).as(sweep::told).isEqualTo(1);
                assertThat(sweep.err()).contains("error: ZooKeeper at " + address + " did not answer within 1 s");
            }
        }
    }
}
