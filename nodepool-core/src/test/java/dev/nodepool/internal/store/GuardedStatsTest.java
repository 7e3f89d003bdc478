package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuardedStatsTest {

    private static final Figure LEAKED = FigureName.LEAKED.of("north", "ports");
    private static final Figure READY = FigureName.NODES.of("ready");
    private static final Figure TASK = FigureName.TASK.of("north", "compute", "GET", "servers");

    private final MetricRegistry registry = new MetricRegistry();
    private final Stats stats = GuardedStats.of(Stats.of(registry));

    @Test
    void passesFiguresOn() {
        stats.count(LEAKED, 2);
        stats.gauge(READY, 7);
        stats.time(TASK, Duration.ofMillis(20));

        assertThat(registry.counter("nodepool.provider.north.leaked.ports").getCount())
                .isEqualTo(2);
        assertThat(registry.gauge("nodepool.nodes.ready").getValue()).isEqualTo(7L);
        assertThat(registry.timer("nodepool.task.north.compute.GET.servers").getCount())
                .isEqualTo(1);
    }

    /** The registry refuses one name for two kinds of figures. */
    @Test
    void oneThatTheSinkRefusesIsLostAndTheNextIsNot() {
        registry.histogram("nodepool.nodes.ready");
        stats.gauge(READY, 1);
        stats.count(LEAKED, 1);

        assertThat(registry.counter("nodepool.provider.north.leaked.ports").getCount())
                .isEqualTo(1);
    }

    @Test
    void noSinkStaysNone() {
        assertThat(GuardedStats.of(Stats.NONE)).isSameAs(Stats.NONE);
    }
}
