package dev.nodepool.internal.store;

import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.Stats;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sink that may throw though it must not: that loses a figure and nothing else. Thread-safe. */
public final class GuardedStats implements Stats {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedStats.class);

    private final Stats sink;
    private final AtomicLong failures = new AtomicLong();

    private GuardedStats(Stats sink) {
        this.sink = sink;
    }

    /** {@link Stats#NONE} stays what it is, so that nothing is done for it. */
    public static Stats of(Stats sink) {
        return sink == Stats.NONE ? sink : new GuardedStats(sink);
    }

    @Override
    public void count(Figure figure, long more) {
        guard(figure, () -> sink.count(figure, more));
    }

    @Override
    public void gauge(Figure figure, long value) {
        guard(figure, () -> sink.gauge(figure, value));
    }

    @Override
    public void time(Figure figure, Duration took) {
        guard(figure, () -> sink.time(figure, took));
    }

    @Override
    public void withdraw(Figure gauge) {
        guard(gauge, () -> sink.withdraw(gauge));
    }

    private void guard(Figure figure, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            var count = failures.incrementAndGet();
            // Told less and less often, so that the log does not fill up.
            if (Long.bitCount(count) == 1) {
                LOG.error(
                        "The sink for figures failed, now at {}, {} times so far; these figures are lost",
                        figure,
                        count,
                        e);
            }
        }
    }
}
