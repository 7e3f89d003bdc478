package dev.nodepool.runner.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.CuratorTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Document;
import dev.nodepool.runner.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar has all that a scan needs, the providers of cryptography among it. */
final class KeyScanProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String CONFIG = """
            zookeeper-servers: [{host: 127.0.0.1, port: %s}]
            webapp: {port: 0, listen_address: 127.0.0.1}
            labels: [{name: linux, min-ready: 1}]
            providers:
              - name: fake-one
                cloud: fake
                fake-cloud: {address: 127.0.0.1}
                cloud-images: [{name: debian, username: ci, connection-port: %d}]
                pools:
                  - name: main
                    labels: [{name: linux, cloud-image: debian, min-ram: 8192}]
            """;

    @TempDir
    private Path directory;

    @Test
    void nodeOfALauncherHasTheKeysOfItsMachine() throws Exception {
        var pairs = List.of(
                KeyUtils.generateKeyPair("ssh-ed25519", 256),
                KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256),
                KeyUtils.generateKeyPair("ssh-rsa", 2048));
        try (var sshd = SshServer.setUpDefaultServer();
                var zooKeeper = EmbeddedZooKeeper.start();
                var tree = CuratorTree.open(ZooKeeperConfig.of(zooKeeper.connectString()))) {
            sshd.setHost("127.0.0.1");
            sshd.setKeyPairProvider(KeyPairProvider.wrap(pairs));
            sshd.start();
            var port = zooKeeper.connectString().replaceAll(".*:", "");
            var config = Files.writeString(directory.resolve("nodepool.yaml"), CONFIG.formatted(port, sshd.getPort()));
            try (var launcher = Program.startJar("launcher", "-f", "-c", config.toString())) {
                await(launcher.told())
                        .atMost(LIMIT)
                        .until(() -> node(tree)
                                .flatMap(node -> node.text("state"))
                                .filter("ready"::equals)
                                .isPresent());
                assertThat(node(tree).orElseThrow().texts("host_keys"))
                        .isEqualTo(pairs.stream()
                                .map(pair -> PublicKeyEntry.toString(pair.getPublic()))
                                .toList());
            }
        }
    }

    private static Optional<Document> node(Tree tree) throws Exception {
        if (tree.exists(Layout.NODES).get(10, TimeUnit.SECONDS).isEmpty()) {
            return Optional.empty();
        }
        var ids = tree.children(Layout.NODES).get(10, TimeUnit.SECONDS);
        return ids.isEmpty()
                ? Optional.empty()
                : Optional.of(Json.read(tree.get(Layout.node(ids.get(0)))
                        .get(10, TimeUnit.SECONDS)
                        .data()));
    }
}
