package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.tree.EmbeddedServer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way: a machine of the fake cloud whose address is that of a real SSH server. */
class NodePoolKeyScanIT {

    private static final String CONFIG = """
            labels: [{name: linux}, {name: windows}]
            providers:
              - name: fake-one
                cloud: fake
                fake-cloud: {address: 127.0.0.1}
                boot-timeout: %d
                launch-retries: 2
                cloud-images:
                  - {name: debian, username: ci, connection-port: %d}
                  - {name: win, username: ci, connection-type: winrm, connection-port: %d}
                pools:
                  - name: main
                    labels:
                      - {name: linux, cloud-image: debian, min-ram: 8192}
                      - {name: windows, cloud-image: win, min-ram: 8192}
            """;

    private EmbeddedServer zooKeeper;
    private SshServer sshd;
    private String key;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = EmbeddedServer.temporary();
        var pair = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        key = PublicKeyEntry.toString(pair.getPublic());
        sshd = SshServer.setUpDefaultServer();
        sshd.setHost("127.0.0.1");
        sshd.setKeyPairProvider(KeyPairProvider.wrap(pair));
        sshd.start();
    }

    @AfterEach
    void stop() throws Exception {
        sshd.stop(true);
        zooKeeper.close();
    }

    private NodePool pool(int bootTimeout) {
        return NodePool.builder()
                .configText(CONFIG.formatted(bootTimeout, sshd.getPort(), sshd.getPort()))
                .zooKeeper(zooKeeper.connectString())
                .build()
                .start();
    }

    @Test
    void leaseTellsTheHostKeysOfItsMachines() throws Exception {
        try (var pool = pool(30);
                var lease = pool.request("linux", "windows").get(60, TimeUnit.SECONDS)) {
            assertThat(lease.nodes().get(0).hostKeys()).isEqualTo(List.of(key));
            assertThat(lease.nodes().get(1).hostKeys()).isEmpty();
            assertThat(lease.nodes()).allMatch(node -> node.port() == sshd.getPort());
        }
    }

    @Test
    void requestFailsWhenNoMachineIsReached() throws Exception {
        var port = sshd.getPort();
        sshd.stop(true);
        sshd.setPort(port);
        try (var pool = pool(1)) {
            var request = pool.request("linux");
            assertThat(request.handle((lease, failure) -> String.valueOf(failure))
                            .get(60, TimeUnit.SECONDS))
                    .contains("no launcher can serve request");
        }
    }
}
