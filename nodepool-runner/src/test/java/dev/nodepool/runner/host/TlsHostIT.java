package dev.nodepool.runner.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.TestCertificates;
import dev.nodepool.runner.Program;
import dev.nodepool.testing.DebianZooKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's ZooKeeper with a TLS port alone that demands client certificates; ours are PEM files of their own. */
class TlsHostIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static TestCertificates certificates;
    private static TestCertificates foreign;
    private static DebianZooKeeper zooKeeper;

    @BeforeAll
    static void startZooKeeper() throws IOException {
        certificates = new TestCertificates(directory, "authority")
                .issue("server", "RSA")
                .issue("launcher", "RSA")
                .issue("zuul", "RSA");
        foreign = new TestCertificates(directory, "stranger");
        zooKeeper = DebianZooKeeper.tls(directory.resolve("zookeeper"), certificates, "server");
    }

    @AfterAll
    static void stopZooKeeper() {
        zooKeeper.close();
    }

    @Test
    void servesAKazooClientWhereOnlyCertificatesAreLetIn() throws Exception {
        try (var launcher = launcher(certificates.ca());
                var client = ZuulClient.start(
                        zooKeeper.connectString(),
                        "-n",
                        "3",
                        "-k",
                        "2",
                        "--limit",
                        "40",
                        "--tls",
                        certificates.cert("zuul").toString(),
                        certificates.keyFile("zuul").toString(),
                        certificates.ca().toString())) {
            assertThat(client.waitFor(LIMIT))
                    .as(() -> client.output() + launcher.told())
                    .isZero();
        }
    }

    @Test
    void saysClearlyThatTheServerIsOfAnotherAuthority() throws Exception {
        try (var launcher = launcher(foreign.ca())) {
            launcher.awaitOut("is not signed by a CA in " + foreign.ca(), LIMIT);
            launcher.signal("TERM");
            assertThat(launcher.waitFor(LIMIT)).isZero();
        }
    }

    private static Program launcher(Path ca) throws IOException {
        var config = Files.createTempFile(directory, "nodepool", ".yaml");
        Files.writeString(config, """
                zookeeper-servers: [{host: 127.0.0.1, port: %d}]
                zookeeper-tls: {cert: %s, key: %s, ca: %s}
                webapp: {port: 0, listen_address: 127.0.0.1}
                labels: [{name: bench}]
                providers:
                  - name: fake-bench
                    cloud: fake
                    cloud-images: [{name: image, username: zuul}]
                    pools:
                      - name: main
                        labels: [{name: bench, cloud-image: image, min-ram: 8192}]
                """.formatted(
                        zooKeeper.port(), certificates.cert("launcher"), certificates.keyFile("launcher"), ca));
        return Program.startJar("launcher", "-f", "-c", config.toString());
    }
}
