package dev.nodepool.drivers.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.driver.Access;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Inventory.Host;
import dev.nodepool.testing.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReachTest {

    private final ManualTime time = new ManualTime();
    private final Reach reach = new Reach(Runnable::run, time);

    private static Host host(String name, int port, boolean checked) {
        var access = new Access("ssh", port, "ci", "auto", null);
        return new Host("main", name, access, 1, List.of("a"), checked, List.of(), Duration.ofSeconds(5));
    }

    @Test
    void findsAHostThatListensAndSaysWhereItIs() throws Exception {
        try (var server = listening()) {
            assertThat(reach.probe(host("127.0.0.1", server.getLocalPort(), true))
                            .get(10, TimeUnit.SECONDS))
                    .isEqualTo(new Addresses("127.0.0.1", "127.0.0.1", null, null));
            assertThat(reach.probe(host("localhost", server.getLocalPort(), true))
                            .get(10, TimeUnit.SECONDS)
                            .preferred())
                    .isEqualTo("localhost");
        }
        assertThat(time.waiting()).as("no timer is left").isZero();
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @Test
    void saysWhyAHostIsNotReached() throws Exception {
        int port;
        try (var server = listening()) {
            port = server.getLocalPort();
        }
        assertThatThrownBy(() -> reach.probe(host("127.0.0.1", port, true)).get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(DriverException.class)
                .hasMessageContaining("port " + port + ": Connection refused");
    }

    @Test
    void takesTheWordOfTheConfigurationForAHostThatIsNotToBeChecked() throws Exception {
        assertThat(reach.probe(host("127.0.0.1", 1, false))
                        .get(10, TimeUnit.SECONDS)
                        .publicIpv4())
                .isEqualTo("127.0.0.1");
        assertThat(reach.probe(host("::1", 1, false)).get(10, TimeUnit.SECONDS).publicIpv6())
                .isEqualTo("0:0:0:0:0:0:0:1");
    }

    @Test
    void failsForANameThatNobodyKnowsAlsoWhenTheHostIsNotToBeChecked() {
        assertThatThrownBy(() ->
                        reach.probe(host("no-such-host.invalid", 22, false)).get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(java.net.UnknownHostException.class)
                .hasMessageContaining("can not be resolved");
    }

    @Test
    void endsWithTheTimeOutOfTheHost() throws Exception {
        // A full backlog: the kernel answers nothing to further connections.
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var fill = new java.net.Socket[8];
            for (var i = 0; i < fill.length; i++) {
                fill[i] = new java.net.Socket();
                try {
                    fill[i].connect(server.getLocalSocketAddress(), 200);
                } catch (IOException full) {
                    break;
                }
            }
            var probe = reach.probe(host("127.0.0.1", server.getLocalPort(), true));
            assertThat(probe).isNotDone();
            time.advance(Duration.ofSeconds(5));
            assertThatThrownBy(() -> probe.get(10, TimeUnit.SECONDS)).hasMessageContaining("within 5 s");
            for (var socket : fill) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
    }
}
