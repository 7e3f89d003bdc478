package dev.nodepool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a request for nodes is to be served. Immutable; begin with {@link #DEFAULT}.
 *
 * @param priority 0 to 999, lower is served first; Zuul uses 100, 200 and 300 for high, normal and low
 * @param relativePriority among requests of one priority, lower is served first; not negative
 * @param provider the provider that serves it for as long as any launcher has that one; null for any
 * @param tenant whose limits in the configuration count, null for nobody's
 * @param requestor who asks, for people and figures; null for this host and process
 * @param deadline after how long the request is given up and withdrawn when it was not fulfilled; above zero
 */
public record RequestOptions(
        int priority,
        int relativePriority,
        @Nullable String provider,
        @Nullable String tenant,
        @Nullable String requestor,
        Duration deadline) {

    /** Normal priority, any provider, given up after a day. */
    public static final RequestOptions DEFAULT = new RequestOptions(200, 0, null, null, null, Duration.ofDays(1));

    /** @throws IllegalArgumentException when a number or the deadline is out of its range */
    public RequestOptions {
        if (priority < 0 || priority > 999) {
            throw new IllegalArgumentException("priority " + priority + " is not from 0 to 999");
        }
        if (relativePriority < 0) {
            throw new IllegalArgumentException("relative priority " + relativePriority + " is below 0");
        }
        Objects.requireNonNull(deadline, "deadline");
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline " + deadline + " is not above zero");
        }
    }

    public RequestOptions withPriority(int value) {
        return new RequestOptions(value, relativePriority, provider, tenant, requestor, deadline);
    }

    public RequestOptions withRelativePriority(int value) {
        return new RequestOptions(priority, value, provider, tenant, requestor, deadline);
    }

    public RequestOptions withProvider(@Nullable String value) {
        return new RequestOptions(priority, relativePriority, value, tenant, requestor, deadline);
    }

    public RequestOptions withTenant(@Nullable String value) {
        return new RequestOptions(priority, relativePriority, provider, value, requestor, deadline);
    }

    public RequestOptions withRequestor(@Nullable String value) {
        return new RequestOptions(priority, relativePriority, provider, tenant, value, deadline);
    }

    public RequestOptions withDeadline(Duration value) {
        return new RequestOptions(priority, relativePriority, provider, tenant, requestor, value);
    }
}
