package dev.nodepool.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.FigureName.Kind;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PrometheusTest {

    private final Prometheus prometheus = new Prometheus();

    @Test
    void partsOfANameAreLabels() {
        prometheus.gauge(FigureName.PROVIDER_NODES.of("north.one", "in-use"), 3);
        assertThat(prometheus.page())
                .contains("# TYPE nodepool_nodes_by_provider gauge")
                .contains("nodepool_nodes_by_provider{provider=\"north.one\",state=\"in-use\"} 3.0\n");
    }

    @Test
    void countersAddUp() {
        prometheus.count(FigureName.LEAKED.of("north", "ports"), 2);
        prometheus.count(FigureName.LEAKED.of("north", "ports"), 3);
        assertThat(prometheus.page()).contains("nodepool_leaked_total{kind=\"ports\",provider=\"north\"} 5.0\n");
    }

    @Test
    void timersAreHistogramsInSeconds() {
        prometheus.time(FigureName.LAUNCH.of("ready"), Duration.ofSeconds(20));
        prometheus.time(FigureName.LAUNCH.of("ready"), Duration.ofSeconds(50));
        assertThat(prometheus.page())
                .contains("nodepool_launch_seconds_bucket{result=\"ready\",le=\"30.0\"} 1\n")
                .contains("nodepool_launch_seconds_count{result=\"ready\"} 2\n")
                .contains("nodepool_launch_seconds_sum{result=\"ready\"} 70.0\n");
    }

    @Test
    void noLimitIsInfinite() {
        prometheus.gauge(FigureName.MAX_SERVERS.of("north"), Long.MAX_VALUE);
        assertThat(prometheus.page()).contains("nodepool_provider_max_servers{provider=\"north\"} +Inf\n");
    }

    @Test
    void forgetsAGaugeThatAnotherLauncherTells() {
        prometheus.gauge(FigureName.NODES.of("ready"), 3);
        prometheus.gauge(FigureName.NODES.of("hold"), 1);
        prometheus.withdraw(FigureName.NODES.of("ready"));
        assertThat(prometheus.page()).contains("state=\"hold\"").doesNotContain("state=\"ready\"");
    }

    @Test
    void labelsMayHoldAnything() {
        prometheus.gauge(FigureName.MAX_SERVERS.of("a\"b\\c\nd é"), 1);
        assertThat(prometheus.page()).contains("{provider=\"a\\\"b\\\\c\\nd é\"} 1.0\n");
    }

    @Test
    void tellsOfTheJavaVirtualMachine() {
        assertThat(prometheus.page()).contains("jvm_memory_used_bytes{area=\"heap\"}", "process_cpu_seconds_total");
    }

    @ParameterizedTest
    @EnumSource(FigureName.class)
    void takesEachFigure(FigureName name) {
        Figure figure = name.of(Collections.nCopies(name.parts().size(), "x").toArray(String[]::new));
        if (name.kind() == Kind.TIMER) {
            prometheus.time(figure, Duration.ofSeconds(1));
        } else if (name.kind() == Kind.COUNTER) {
            prometheus.count(figure, 1);
        } else {
            prometheus.gauge(figure, 1);
        }
        assertThat(prometheus.page()).contains("\n" + PrometheusName.complete(name));
    }
}
