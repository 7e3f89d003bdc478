package dev.nodepool.internal.retention;

import dev.nodepool.config.LabelConfig;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a node that nobody touches has to go.
 *
 * @param labels labels by name, with the age at which their unused nodes go
 * @param maxHoldAge the longest that any node is held, empty for no limit
 */
public record NodeExpiry(Map<String, LabelConfig> labels, Optional<Duration> maxHoldAge) {

    /** The moment, seconds since the epoch; infinity when there is none. */
    public double at(Node node) {
        // Nobody can tell the age of a node without a time; a guess would be that it is as old as the epoch.
        if (!(node.stateTime() > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        return switch (node.state()) {
            case READY -> node.allocatedTo().isPresent() ? Double.POSITIVE_INFINITY : node.stateTime() + readyAge(node);
            case HOLD -> node.stateTime() + holdAge(node);
            default -> Double.POSITIVE_INFINITY;
        };
    }

    private double readyAge(Node node) {
        return node.labels().stream()
                .map(labels::get)
                .filter(label -> label != null)
                .flatMap(label -> label.maxReadyAge().stream())
                .filter(age -> !age.isZero())
                .mapToDouble(NodeExpiry::seconds)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private double holdAge(Node node) {
        var limit =
                maxHoldAge.filter(age -> !age.isZero()).map(NodeExpiry::seconds).orElse(Double.POSITIVE_INFINITY);
        var own = number(node.doc().get("hold_expiration"));
        return own > 0 ? Math.min(own, limit) : limit;
    }

    /** Others write it as a number or as text; what is no whole number means none. */
    private static double number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return value instanceof String text && text.strip().matches("\\d{1,15}") ? Long.parseLong(text.strip()) : 0;
    }

    private static double seconds(Duration age) {
        return age.toMillis() / 1e3;
    }
}
