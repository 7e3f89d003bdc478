package dev.nodepool.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.metrics.FigureName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatsdTextTest {

    @Test
    void writesWhatPythonsClientWrites() {
        assertThat(StatsdText.count(FigureName.DOWN_PORTS.of("north"), 3))
                .isEqualTo("nodepool.provider.north.downPorts:3|c");
        assertThat(StatsdText.gauge(FigureName.NODES.of("in-use"), 7)).isEqualTo("nodepool.nodes.in-use:7|g");
        assertThat(StatsdText.time(FigureName.LAUNCH.of("error.quota"), Duration.ofMillis(1_234)))
                .isEqualTo("nodepool.launch.error.quota:1234.000000|ms\nnodepool.launch.error.quota:1|c");
    }

    @Test
    void keepsPartsOfMilliseconds() {
        assertThat(StatsdText.time(FigureName.TASK.of("north", "compute", "GET", "servers"), Duration.ofNanos(12_345)))
                .startsWith("nodepool.task.north.compute.GET.servers:0.012345|ms\n");
    }

    /** A sign would add to the gauge. */
    @Test
    void startsFromZeroForANegativeGauge() {
        assertThat(StatsdText.gauge(FigureName.BUILD_STATUS.of("debian"), -9))
                .isEqualTo("nodepool.dib_image_build.debian.status.rc:0|g\n"
                        + "nodepool.dib_image_build.debian.status.rc:-9|g");
    }

    @Test
    void keepsAwayWhatMeansSomethingInALine() {
        assertThat(StatsdText.gauge(FigureName.MAX_SERVERS.of("a:1|c\nb@0.1#x y.z"), 1))
                .isEqualTo("nodepool.provider.a_1_c_b_0.1_x_y.z.max_servers:1|g");
    }

    @Test
    void fillsPacketsUpToTheLimitAndNoFurther() {
        List<String> lines = Collections.nCopies(100, StatsdText.gauge(FigureName.NODES.of("prêt"), 1));
        List<byte[]> packets = StatsdText.packets(lines);
        assertThat(packets)
                .hasSizeGreaterThan(4)
                .allSatisfy(packet -> assertThat(packet).hasSizeLessThanOrEqualTo(StatsdText.PACKET_BYTES));
        assertThat(packets.get(0)).hasSizeGreaterThan(StatsdText.PACKET_BYTES - 40);
        assertThat(packets.stream()
                        .map(packet -> new String(packet, StandardCharsets.UTF_8))
                        .flatMap(String::lines))
                .containsExactlyElementsOf(lines);
    }

    @Test
    void givesALineThatIsTooLongAPacketOfItsOwn() {
        String large = "x".repeat(600);
        assertThat(StatsdText.packets(List.of("a", large, "b")))
                .extracting(packet -> packet.length)
                .containsExactly(1, 600, 1);
    }

    @Test
    void makesNoPacketOfNothing() {
        assertThat(StatsdText.packets(List.of())).isEmpty();
    }
}
