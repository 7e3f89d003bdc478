package dev.nodepool.scenario;

import dev.nodepool.metrics.Stats;
import dev.nodepool.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Keeps every figure that is sent, with its time. */
final class Sent implements Stats {

    /**
     * One figure.
     *
     * @param value of a gauge or a counter, or milliseconds
     */
    record Figure(Instant at, String name, long value) {}

    /** What is told of nodes, requests, limits and launches. */
    private static final Pattern OF_LAUNCHERS = Pattern.compile("nodepool\\.(nodes|label|tenant_limits|launch)\\..*"
            + "|nodepool\\.provider\\.(.*\\.)?(nodes\\..*|max_servers|addressable_requests)");

    private final ManualTime time;
    private final List<Figure> figures = new ArrayList<>();

    Sent(ManualTime time) {
        this.time = time;
    }

    @Override
    public void count(dev.nodepool.metrics.Figure figure, long more) {
        figures.add(new Figure(time.instant(), figure.text(), more));
    }

    @Override
    public void gauge(dev.nodepool.metrics.Figure figure, long value) {
        figures.add(new Figure(time.instant(), figure.text(), value));
    }

    @Override
    public void time(dev.nodepool.metrics.Figure figure, Duration took) {
        figures.add(new Figure(time.instant(), figure.text(), took.toMillis()));
    }

    void forget() {
        figures.clear();
    }

    /** All names so far. */
    Set<String> names() {
        return figures.stream().map(Figure::name).collect(Collectors.toSet());
    }

    /** All figures that tell of nodes, requests, limits and launches, in order. */
    List<Figure> ofLaunchers() {
        return figures.stream()
                .filter(figure -> OF_LAUNCHERS.matcher(figure.name()).matches())
                .toList();
    }

    /** The values of one name, in order. */
    List<Long> values(String name) {
        return figures.stream()
                .filter(figure -> figure.name().equals(name))
                .map(Figure::value)
                .toList();
    }

    /** The value of a name that was sent last; fails when there was none. */
    long last(String name) {
        var values = values(name);
        if (values.isEmpty()) {
            throw new AssertionError(name + " was not sent; there are "
                    + figures.stream().map(Figure::name).distinct().sorted().toList());
        }
        return values.get(values.size() - 1);
    }
}
