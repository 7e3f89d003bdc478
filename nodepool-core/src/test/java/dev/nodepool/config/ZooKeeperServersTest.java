package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.Behaviour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the servers of the file become the address of a connection. */
class ZooKeeperServersTest {

    private static ZooKeeperConfig servers(String list) {
        return Load.config("zookeeper-servers: " + list + "\n").zooKeeper();
    }

    @Test
    @Behaviour("Z01")
    void oneServerGivesItsAddressAndItsChroot() {
        var config = servers("[{host: 127.0.0.1, port: 2182, chroot: /test1}]");
        assertThat(config.hosts()).isEqualTo("127.0.0.1:2182");
        assertThat(config.chroot()).isEqualTo("/test1");
    }

    @Test
    @Behaviour("Z02")
    void severalServersAreJoinedByCommasAndShareTheirChroot() {
        var config = servers("[{host: 127.0.0.1, port: 2182, chroot: /t}, {host: 127.0.0.2, chroot: /t}]");
        assertThat(config.hosts()).isEqualTo("127.0.0.1:2182,127.0.0.2:2181");
        assertThat(config.chroot()).isEqualTo("/t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::1", "[2001:db8::1]"})
    @Behaviour("Z79")
    void ipv6AddressIsPutInBracketsOnce(String host) {
        assertThat(servers("[{host: '" + host + "', port: 2182}, {host: '::1'}]")
                        .hosts())
                .isEqualTo("[2001:db8::1]:2182,[::1]:2181");
    }
}
