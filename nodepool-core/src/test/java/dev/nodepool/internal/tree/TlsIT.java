package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.TreeContractBase.LIMIT;
import static dev.nodepool.internal.tree.TreeContractBase.awaitConnected;
import static dev.nodepool.internal.tree.TreeContractBase.got;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {

    @TempDir
    static Path directory;

    private static TestCertificates ours;
    private static TestCertificates foreign;
    private static ZooKeeperServerEmbedded server;
    private static final Properties BEFORE = new Properties();

    @BeforeAll
    static void startServerThatDemandsCertificates() throws Exception {
        ours = new TestCertificates(directory, "ours")
                .issue("server", "RSA")
                .issue("client", "RSA")
                .issue("elliptic", "EC");
        foreign = new TestCertificates(directory, "foreign").issue("stranger", "RSA");
        // The server keeps its TLS settings in system properties.
        BEFORE.putAll(System.getProperties());
        var settings = new Properties();
        settings.setProperty("secureClientPort", "0");
        settings.setProperty("secureClientPortAddress", "127.0.0.1");
        settings.setProperty("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
        settings.setProperty("admin.enableServer", "false");
        settings.setProperty("ssl.clientAuth", "need");
        settings.setProperty("ssl.keyStore.location", ours.store("server").toString());
        settings.setProperty("ssl.keyStore.password", TestCertificates.PASSWORD);
        settings.setProperty("ssl.trustStore.location", ours.store("server").toString());
        settings.setProperty("ssl.trustStore.password", TestCertificates.PASSWORD);
        settings.setProperty("ssl.clientHostnameVerification", "false");
        server = ZooKeeperServerEmbedded.builder()
                .baseDir(Files.createDirectory(directory.resolve("zk")))
                .configuration(settings)
                .exitHandler(ExitHandler.LOG_ONLY)
                .build();
        server.start(30_000);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
        System.setProperties(BEFORE);
    }

    private static ZooKeeperConfig config(Path cert, Path key, Path ca, boolean verifyHostName) {
        return new ZooKeeperConfig(
                List.of("127.0.0.1:" + server.getSecureClientPort()),
                "/tls",
                ZooKeeperConfig.DEFAULT_SESSION_TIMEOUT,
                Optional.of(new ZooKeeperConfig.Tls(cert, key, ca, verifyHostName)));
    }

    private static CuratorTree open(ZooKeeperConfig config) {
        return CuratorTree.start(new OwnClient(config, Duration.ofMillis(500)), config.chroot());
    }

    private static Set<Path> combinedFiles() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new HashSet<>(
                    files.filter(file -> file.getFileName().toString().matches("nodepool-zookeeper.*\\.pem"))
                            .toList());
        }
    }

    @Test
    void clientCertificateInSeparateFilesIsAcceptedAndItsCopyIsPrivateAndRemoved() throws Exception {
        var before = combinedFiles();
        try (var tree = open(config(ours.cert("client"), ours.keyFile("client"), ours.ca(), false))) {
            awaitConnected(tree);
            got(tree.ensure("/a"));
            assertThat(got(tree.children("/"))).contains("a");
            var copies = combinedFiles();
            copies.removeAll(before);
            assertThat(copies)
                    .hasSize(1)
                    .allSatisfy(copy -> assertThat(Files.getPosixFilePermissions(copy))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
        assertThat(combinedFiles()).isEqualTo(before);
    }

    @Test
    void ellipticKeyIsAccepted() {
        try (var tree = open(config(ours.cert("elliptic"), ours.keyFile("elliptic"), ours.ca(), false))) {
            awaitConnected(tree);
        }
    }

    @Test
    void wrongCaIsNamedInTheLog() throws IOException {
        expectComplaint(
                config(ours.cert("client"), ours.keyFile("client"), foreign.ca(), false),
                "the server's certificate is not signed by a CA in " + foreign.ca());
    }

    @Test
    void refusedClientCertificateIsNamedInTheLog() throws IOException {
        expectComplaint(
                config(foreign.cert("stranger"), foreign.keyFile("stranger"), ours.ca(), false),
                "the server refuses our certificate " + foreign.cert("stranger"));
    }

    @Test
    void hostNameIsCheckedWhenAskedFor() throws IOException {
        expectComplaint(
                config(ours.cert("client"), ours.keyFile("client"), ours.ca(), true),
                "the server's certificate does not name the host");
    }

    @Test
    void serverWithoutTlsIsNamedInTheLog() throws IOException {
        try (var plain = ZooKeeperServerFixture.start()) {
            var tls = config(ours.cert("client"), ours.keyFile("client"), ours.ca(), false);
            expectComplaint(
                    new ZooKeeperConfig(List.of(plain.connectString()), "", tls.sessionTimeout(), tls.tls()),
                    "probably does not speak TLS");
        }
    }

    private static void expectComplaint(ZooKeeperConfig config, String complaint) throws IOException {
        var before = combinedFiles();
        try (var log = new LogCapture(OwnClient.class);
                var tree = open(config)) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(log.lines())
                            .anySatisfy(line -> assertThat(line)
                                    .startsWith("ERROR TLS with ZooKeeper at " + config.hosts() + " fails: ")
                                    .contains(complaint)));
            assertThat(tree.session().connected()).isFalse();
        }
        assertThat(combinedFiles()).isEqualTo(before);
    }
}
