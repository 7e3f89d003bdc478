package dev.nodepool.internal.image;

import dev.nodepool.internal.provider.BackOff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** When what failed may be tried again: after a pause that grows with each failure in a row. Lives on the loop. */
final class Retries {

    private record Failed(BackOff backOff, double at) {

        double next() {
            return at + backOff.delay().toMillis() / 1e3;
        }
    }

    private final BackOff first;
    private final Map<String, Failed> failed = new HashMap<>();

    Retries(Duration first, Duration most) {
        this.first = BackOff.between(first, most);
    }

    /** Whether it may be tried; true for what did not fail. */
    boolean mayTry(String key, double now) {
        var before = failed.get(key);
        return before == null || now >= before.next();
    }

    /** When it failed last, seconds since the epoch. */
    Optional<Double> lastFailure(String key) {
        return Optional.ofNullable(failed.get(key)).map(Failed::at);
    }

    boolean anyFailing(Predicate<String> which) {
        return failed.keySet().stream().anyMatch(which);
    }

    void failed(String key, double now) {
        failed(key, now, Duration.ZERO);
    }

    /** @param atLeast what somebody asked us to wait */
    void failed(String key, double now, Duration atLeast) {
        var before = failed.get(key);
        var backOff = (before == null ? first : before.backOff()).failed();
        var asked =
                backOff.delay().compareTo(atLeast) < 0 ? new BackOff(atLeast, atLeast, backOff.failures()) : backOff;
        failed.put(key, new Failed(asked, now));
    }

    void forget(String key) {
        failed.remove(key);
    }

    void forgetAll(Predicate<String> which) {
        failed.keySet().removeIf(which);
    }

    void retain(Set<String> keys) {
        failed.keySet().retainAll(keys);
    }

    Duration delay(String key) {
        var before = failed.get(key);
        return before == null ? Duration.ZERO : before.backOff().delay();
    }

    /** When the next of them may be tried, after now; infinite when none waits. */
    double next(double now) {
        return failed.values().stream()
                .mapToDouble(Failed::next)
                .filter(at -> at > now)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
