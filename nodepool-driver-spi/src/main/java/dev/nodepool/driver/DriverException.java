package dev.nodepool.driver;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A failed step of a driver, of a kind that decides what happens next. */
public final class DriverException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final @Nullable Duration retryAfter;

    public DriverException(Fault fault, String message) {
        this(fault, message, null, null);
    }

    /**
     * @param message for people; must not hold secrets
     * @param retryAfter how long the cloud asked to wait, null when it did not say
     */
    public DriverException(Fault fault, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.retryAfter = retryAfter;
    }

    public Fault fault() {
        return fault;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The driver's exception inside what a future failed with; anything foreign becomes {@link Fault#UNEXPECTED}. */
    public static DriverException from(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof DriverException driver
                ? driver
                : new DriverException(Fault.UNEXPECTED, String.valueOf(cause), null, cause);
    }
}
