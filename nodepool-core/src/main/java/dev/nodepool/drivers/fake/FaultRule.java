package dev.nodepool.drivers.fake;

import java.time.Duration;

/**
 * A fault on order. Immutable.
 *
 * @param operation what goes wrong
 * @param kind how it goes wrong
 * @param trigger when it goes wrong
 * @param delay how long the caller waits for the bad news, zero or more; for {@link Operation#BOOT} it lengthens the boot
 */
public record FaultRule(Operation operation, FaultKind kind, Trigger trigger, Duration delay) {

    /** A fault without delay. */
    public FaultRule(Operation operation, FaultKind kind, Trigger trigger) {
        this(operation, kind, trigger, Duration.ZERO);
    }

    public FaultRule {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay is negative: " + delay);
        }
    }

    /** Which calls of the operation go wrong. */
    public sealed interface Trigger permits Every, Chance, Times {}

    /**
     * Every n-th call.
     *
     * @param n at least 1
     */
    public record Every(int n) implements Trigger {

        public Every {
            if (n < 1) {
                throw new IllegalArgumentException("every " + n);
            }
        }
    }

    /**
     * Each call with this probability.
     *
     * @param probability 0 to 1
     */
    public record Chance(double probability) implements Trigger {

        public Chance {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("chance " + probability);
            }
        }
    }

    /**
     * The first n calls.
     *
     * @param n 0 or more
     */
    public record Times(int n) implements Trigger {

        public Times {
            if (n < 0) {
                throw new IllegalArgumentException("times " + n);
            }
        }
    }
}
