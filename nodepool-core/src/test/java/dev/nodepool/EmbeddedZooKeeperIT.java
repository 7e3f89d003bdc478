package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmbeddedZooKeeperIT {

    @Test
    void servesOnTheLoopbackAddressOnlyAndUntilItIsClosed() throws Exception {
        int port;
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start()) {
            assertThat(zooKeeper.connectString()).startsWith("127.0.0.1:");
            port = Integer.parseInt(zooKeeper.connectString().substring("127.0.0.1:".length()));
            new Socket(InetAddress.getByName("127.0.0.1"), port).close();
            for (InetAddress other : otherAddresses()) {
                assertThatThrownBy(() -> new Socket(other, port).close()).isInstanceOf(ConnectException.class);
            }
        }
        assertThatThrownBy(() -> new Socket(InetAddress.getByName("127.0.0.1"), port).close())
                .isInstanceOf(ConnectException.class);
    }

    private static List<InetAddress> otherAddresses() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .filter(address -> address instanceof Inet4Address)
                .toList();
    }
}
