package dev.nodepool.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatsTest {

    private static final Figure LEAKED = FigureName.LEAKED.of("north", "ports");
    private static final Figure READY = FigureName.NODES.of("ready");
    private static final Figure TASK = FigureName.TASK.of("north", "compute", "GET", "servers");

    private final MetricRegistry registry = new MetricRegistry();
    private final Stats stats = Stats.of(registry);

    @Test
    void addsUpWhatHappenedAndKeepsTheLastOfWhatIs() {
        stats.count(LEAKED, 2);
        stats.count(LEAKED, 3);
        stats.gauge(READY, 7);
        stats.gauge(READY, 4);

        assertThat(registry.counter("nodepool.provider.north.leaked.ports").getCount())
                .isEqualTo(5);
        assertThat(registry.getGauges().get("nodepool.nodes.ready").getValue()).isEqualTo(4L);
    }

    @Test
    void forgetsWhatIsToldNoMore() {
        stats.gauge(READY, 7);
        stats.withdraw(READY);

        assertThat(registry.getGauges()).isEmpty();
    }

    @Test
    void countsWhatItTimes() {
        stats.time(TASK, Duration.ofMillis(20));
        stats.time(TASK, Duration.ofMillis(40));

        assertThat(registry.timer("nodepool.task.north.compute.GET.servers").getCount())
                .isEqualTo(2);
        assertThat(registry.timer("nodepool.task.north.compute.GET.servers")
                        .getSnapshot()
                        .getMax())
                .isEqualTo(Duration.ofMillis(40).toNanos());
    }
}
