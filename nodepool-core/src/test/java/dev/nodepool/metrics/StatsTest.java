package dev.nodepool.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatsTest {

    private final MetricRegistry registry = new MetricRegistry();
    private final Stats stats = Stats.of(registry);

    @Test
    void addsUpWhatHappenedAndKeepsTheLastOfWhatIs() {
        stats.count("leaked", 2);
        stats.count("leaked", 3);
        stats.gauge("nodes", 7);
        stats.gauge("nodes", 4);

        assertThat(registry.counter("leaked").getCount()).isEqualTo(5);
        assertThat(registry.getGauges().get("nodes").getValue()).isEqualTo(4L);
    }

    @Test
    void countsWhatItTimes() {
        stats.time("task", Duration.ofMillis(20));
        stats.time("task", Duration.ofMillis(40));

        assertThat(registry.timer("task").getCount()).isEqualTo(2);
        assertThat(registry.timer("task").getSnapshot().getMax())
                .isEqualTo(Duration.ofMillis(40).toNanos());
    }
}
