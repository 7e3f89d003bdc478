package dev.nodepool.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuardedStatsTest {

    private final MetricRegistry registry = new MetricRegistry();
    private final Stats stats = GuardedStats.of(Stats.of(registry));

    @Test
    void passesFiguresOn() {
        stats.count("leaked", 2);
        stats.gauge("nodes", 7);
        stats.time("task", Duration.ofMillis(20));

        assertThat(registry.counter("leaked").getCount()).isEqualTo(2);
        assertThat(registry.gauge("nodes").getValue()).isEqualTo(7L);
        assertThat(registry.timer("task").getCount()).isEqualTo(1);
    }

    /** The registry refuses one name for two kinds of figures. */
    @Test
    void oneThatTheSinkRefusesIsLostAndTheNextIsNot() {
        registry.histogram("taken");
        stats.count("taken", 1);
        stats.gauge("taken", 1);
        stats.time("taken", Duration.ofMillis(1));
        stats.count("leaked", 1);

        assertThat(registry.counter("leaked").getCount()).isEqualTo(1);
    }

    @Test
    void noSinkStaysNone() {
        assertThat(GuardedStats.of(Stats.NONE)).isSameAs(Stats.NONE);
    }
}
