package dev.nodepool.runner.metrics;

import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.Stats;
import dev.nodepool.runner.library.ThisProgram;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a daemon does with its figures, from its start to its end. */
public final class Figures implements AutoCloseable {

    private final Optional<Prometheus> prometheus;
    private final Optional<Statsd> statsd;
    private final Optional<JvmFigures> jvm;

    private Figures(Optional<Prometheus> prometheus, Optional<Statsd> statsd, Optional<JvmFigures> jvm) {
        this.prometheus = prometheus;
        this.statsd = statsd;
        this.jvm = jvm;
    }

    /**
     * Opens what the environment asks for.
     *
     * @param program {@code launcher} or {@code builder}
     * @param environment may have {@code STATSD_HOST} and {@code STATSD_PORT}
     * @param page whether there is a page for Prometheus, too
     * @throws IOException when the environment makes no sense; the message is for the operator
     */
    public static Figures open(String program, Map<String, String> environment, boolean page, InstantSource clock)
            throws IOException {
        Optional<Statsd> statsd = StatsdTarget.of(environment).map(target -> Statsd.start(target, clock));
        Optional<JvmFigures> jvm = statsd.map(
                open -> JvmFigures.start("nodepool." + program + "." + ThisProgram.host() + ".jvm", open::tell));
        return new Figures(page ? Optional.of(new Prometheus()) : Optional.empty(), statsd, jvm);
    }

    /** Where the library is to tell its figures; {@link Stats#NONE} when nobody wants them. */
    public Stats sink() {
        List<Stats> sinks = new ArrayList<>();
        statsd.ifPresent(sinks::add);
        prometheus.ifPresent(sinks::add);
        return sinks.isEmpty() ? Stats.NONE : sinks.size() == 1 ? sinks.get(0) : new Both(sinks.get(0), sinks.get(1));
    }

    /** The page for Prometheus, if any. */
    public Optional<Prometheus> prometheus() {
        return prometheus;
    }

    /** Sends what is left. */
    @Override
    public void close() {
        jvm.ifPresent(JvmFigures::close);
        statsd.ifPresent(Statsd::close);
    }

    private record Both(Stats one, Stats other) implements Stats {

        @Override
        public void count(Figure figure, long more) {
            one.count(figure, more);
            other.count(figure, more);
        }

        @Override
        public void gauge(Figure figure, long value) {
            one.gauge(figure, value);
            other.gauge(figure, value);
        }

        @Override
        public void time(Figure figure, Duration took) {
            one.time(figure, took);
            other.time(figure, took);
        }

        @Override
        public void withdraw(Figure gauge) {
            one.withdraw(gauge);
            other.withdraw(gauge);
        }
    }
}
