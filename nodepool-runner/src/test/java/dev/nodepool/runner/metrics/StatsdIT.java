package dev.nodepool.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.metrics.FigureName;
import dev.nodepool.testing.LogCapture;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StatsdIT {

    private DatagramSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        server.setSoTimeout(10_000);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Statsd statsd() {
        return Statsd.start(new StatsdTarget("127.0.0.1", server.getLocalPort()), InstantSource.system());
    }

    private String receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        server.receive(packet);
        assertThat(packet.getLength()).isLessThanOrEqualTo(StatsdText.PACKET_BYTES);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    @Test
    void sendsAFigureTheMomentItIsTold() throws IOException {
        try (Statsd statsd = statsd()) {
            statsd.gauge(FigureName.NODES.of("ready"), 4);
            assertThat(receive()).isEqualTo("nodepool.nodes.ready:4|g");
            statsd.time(FigureName.LAUNCH.of("ready"), Duration.ofSeconds(2));
            assertThat(receive()).isEqualTo("nodepool.launch.ready:2000.000000|ms\nnodepool.launch.ready:1|c");
        }
    }

    @Test
    void sendsWhatWasToldJustBeforeTheEnd() throws IOException {
        try (Statsd statsd = statsd()) {
            statsd.count(FigureName.DOWN_PORTS.of("north"), 1);
        }
        assertThat(receive()).isEqualTo("nodepool.provider.north.downPorts:1|c");
    }

    @Test
    void hasNoNumberForNoLimit() throws IOException {
        try (Statsd statsd = statsd()) {
            statsd.gauge(FigureName.MAX_SERVERS.of("north"), Long.MAX_VALUE);
            statsd.gauge(FigureName.MAX_SERVERS.of("south"), 5);
            assertThat(receive()).isEqualTo("nodepool.provider.south.max_servers:5|g");
        }
    }

    @Test
    void saysThatTheHostIsUnknownAndGoesOn() {
        try (LogCapture log = new LogCapture(Statsd.class)) {
            Statsd statsd = Statsd.start(new StatsdTarget("no-such-host.invalid", 8125), InstantSource.system());
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(log.lines())
                            .singleElement()
                            .asString()
                            .contains("STATSD_HOST is 'no-such-host.invalid', which has no address"));
            for (int i = 0; i < Statsd.QUEUE + 500; i++) {
                statsd.gauge(FigureName.NODES.of("ready"), i);
            }
            assertThat(log.lines()).last().asString().contains("are lost");
            statsd.close();
            assertThat(log.lines()).hasSizeLessThan(20);
        }
    }

    @Test
    void javaVirtualMachineTellsOfItself() throws IOException {
        String program = "launcher";
        List<String> names = new ArrayList<>();
        try (Figures figures = Figures.open(
                program, Map.of("STATSD_HOST", "127.0.0.1", "STATSD_PORT", port()), false, InstantSource.system())) {
            server.setSoTimeout(1_000);
            while (true) {
                receive()
                        .lines()
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .forEach(names::add);
            }
        } catch (SocketTimeoutException allThereIs) {
            assertThat(names)
                    .allMatch(name -> name.matches("nodepool\\.launcher\\..+\\.jvm\\.(memory|threads|gc)\\..*"));
        }
        assertThat(names.stream()
                        .map(name ->
                                name.replaceFirst(".*\\.jvm\\.", "").replaceFirst("gc\\..*\\.", "gc.<collector>.")))
                .containsOnlyOnceElementsOf(List.of("memory.heap.used", "threads.count"))
                .containsAll(JvmFigures.NAMES)
                .allMatch(JvmFigures.NAMES::contains);
    }

    private String port() {
        return Integer.toString(server.getLocalPort());
    }
}
