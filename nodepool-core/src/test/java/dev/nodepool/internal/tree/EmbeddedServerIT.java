package dev.nodepool.internal.tree;

import static dev.nodepool.internal.tree.TreeContractBase.awaitConnected;
import static dev.nodepool.internal.tree.TreeContractBase.bytes;
import static dev.nodepool.internal.tree.TreeContractBase.got;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.config.ZooKeeperConfig;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerIT {

    @Test
    void dataIsThereAgainAfterARestartOnTheSameDirectory(@TempDir Path directory) {
        int port;
        try (var server = EmbeddedServer.start(directory.resolve("zk"), 0);
                var tree = CuratorTree.open(ZooKeeperConfig.of(server.connectString()))) {
            port = server.port();
            awaitConnected(tree);
            got(tree.create("/kept", bytes("value"), Tree.Mode.PERSISTENT));
        }
        try (var server = EmbeddedServer.start(directory.resolve("zk"), port);
                var tree = CuratorTree.open(ZooKeeperConfig.of(server.connectString()))) {
            assertThat(server.port()).isEqualTo(port);
            awaitConnected(tree);
            assertThat(got(tree.get("/kept")).data()).isEqualTo(bytes("value"));
        }
    }

    @Test
    void listensOnLoopbackOnlyAndAnswersFourLetterWords() throws Exception {
        try (var server = EmbeddedServer.temporary()) {
            assertListensOnlyOnLoopback(server.port());
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("imok");
            }
        }
    }

    @Test
    void temporaryDataIsRemovedOnClose() throws Exception {
        Path data;
        try (var server = EmbeddedServer.temporary()) {
            data = server.directory();
            assertThat(data).isNotEmptyDirectory();
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void takenPortIsSaid(@TempDir Path directory) {
        try (var server = EmbeddedServer.temporary()) {
            assertThatThrownBy(() -> EmbeddedServer.start(directory, server.port()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(Integer.toString(server.port()));
        }
    }

    /** A server bound to all interfaces would also answer at the other addresses of the loopback network. */
    static void assertListensOnlyOnLoopback(int port) throws Exception {
        new Socket("127.0.0.1", port).close();
        assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(java.io.IOException.class);
    }
}
