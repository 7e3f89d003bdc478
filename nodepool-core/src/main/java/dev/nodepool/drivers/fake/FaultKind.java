package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.time.Duration;
import java.util.Locale;

/** How an operation of the fake cloud goes wrong. */
public enum FaultKind {
    QUOTA(Fault.QUOTA_EXCEEDED, "Quota exceeded for something"),
    CAPACITY(Fault.NO_CAPACITY, "No valid host was found"),
    /** The cloud asks to wait one second. */
    RATE(Fault.RATE_LIMITED, "Too many requests"),
    UNAVAILABLE(Fault.UNAVAILABLE, "Service unavailable"),
    UNAUTHORIZED(Fault.UNAUTHORIZED, "The request needs authentication"),
    NOT_FOUND(Fault.NOT_FOUND, "The resource could not be found"),
    INVALID(Fault.INVALID_CONFIGURATION, "The request is invalid"),
    UNEXPECTED(Fault.UNEXPECTED, "Something unexpected happened"),
    /** It happens, but nobody hears of it. */
    LOST_ANSWER(Fault.UNCLEAR, "The answer was lost"),
    /**
     * No answer until the caller gives up. Made is what was asked for and kept is what was to go: the case that costs
     * the caller more.
     */
    HANG(Fault.UNCLEAR, "No answer");

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Fault fault;
    private final String message;

    FaultKind(Fault fault, String message) {
        this.fault = fault;
        this.message = message;
    }

    /** The name in a configuration file. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the operation takes effect in spite of the fault. */
    boolean happens(Operation operation) {
        return switch (this) {
            case LOST_ANSWER -> true;
            case HANG -> operation == Operation.CREATE || operation == Operation.UPLOAD;
            default -> false;
        };
    }

    DriverException exception() {
        return new DriverException(fault, message, this == RATE ? RETRY_AFTER : null, null);
    }
}
