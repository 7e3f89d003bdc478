package dev.nodepool.driver.openstack.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Gives what services answer, and what happens on the way to them, its kind. */
public final class Faults {

    private static final Pattern QUOTA = Pattern.compile("quota|number of ports exceeded");
    private static final Pattern TAGS = Pattern.compile("<[^>]*>");
    private static final int SHOWN = 400;

    private Faults() {}

    /** Whether a text of the cloud says that a limit of the project was reached. */
    public static boolean isQuota(String text) {
        return QUOTA.matcher(text.toLowerCase(Locale.ROOT)).find();
    }

    /** What an answer with a status from 300 on means. */
    static DriverException of(Call call, Answer answer, Instant now) {
        var text = message(answer);
        var message = call + " answered " + answer.status() + (text.isEmpty() ? "" : ": " + text);
        var fault = fault(makes(call), answer.status(), text);
        var kind = fault == Fault.NOT_FOUND && !knowsWhatIsMissing(call, answer) ? Fault.UNAVAILABLE : fault;
        return new DriverException(kind, message, retryAfter(answer, now), null);
    }

    /** Whether a call leaves something behind; a token is nothing. */
    private static boolean makes(Call call) {
        return call.method() == Call.Method.POST && call.service() != Service.IDENTITY;
    }

    /**
     * Whether a 404 is the service's own. One of a proxy, or of Keystone, says that an address is wrong; taken for a
     * thing that is not there it would make us forget machines. Glance has pages for people of its own.
     */
    private static boolean knowsWhatIsMissing(Call call, Answer answer) {
        if (call.service() == Service.IDENTITY) {
            return false;
        }
        try {
            return call.service() == Service.IMAGE || answer.json().isObject();
        } catch (DriverException notJson) {
            return false;
        }
    }

    private static Fault fault(boolean making, int status, String text) {
        return switch (status) {
            case 400 -> making ? Fault.INVALID_CONFIGURATION : Fault.UNEXPECTED;
            case 401 -> Fault.UNAUTHORIZED;
            case 403 ->
                isQuota(text) ? Fault.QUOTA_EXCEEDED : making ? Fault.INVALID_CONFIGURATION : Fault.UNAUTHORIZED;
            case 404, 410 -> Fault.NOT_FOUND;
            case 409 -> isQuota(text) ? Fault.QUOTA_EXCEEDED : Fault.UNEXPECTED;
            case 413 -> isQuota(text) ? Fault.QUOTA_EXCEEDED : Fault.RATE_LIMITED;
            case 429 -> Fault.RATE_LIMITED;
            case 503 -> Fault.UNAVAILABLE;
            // Whoever answers this may have passed the call on before.
            case 500, 502, 504 -> making ? Fault.UNCLEAR : Fault.UNAVAILABLE;
            // Redirections are not followed: the token would go to whomever an answer names.
            default -> status >= 500 || status < 400 ? Fault.UNAVAILABLE : Fault.UNEXPECTED;
        };
    }

    /**
     * What a call means that got no answer.
     *
     * @param where host and port it went to, empty when it did not come so far
     */
    static DriverException lost(Call call, String where, Throwable failure) {
        var cause = cause(failure);
        if (cause instanceof DriverException known) {
            return known;
        }
        var why = cause instanceof CancellationException
                ? "no answer within " + call.deadline().toSeconds() + " s"
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        var fault = !(cause instanceof IOException || cause instanceof CancellationException)
                ? Fault.UNEXPECTED
                : !makes(call) && call.method() != Call.Method.PATCH || neverSent(cause)
                        ? Fault.UNAVAILABLE
                        : Fault.UNCLEAR;
        var at = where.isEmpty() ? "" : " at " + where;
        return new DriverException(fault, call + at + " failed, " + why, null, cause);
    }

    /** Whether it is certain that the service never saw the call. */
    static boolean neverSent(Throwable cause) {
        for (Throwable c = cause; c != null; c = c.getCause()) {
            if (c instanceof ConnectException
                    || c instanceof HttpConnectTimeoutException
                    || c instanceof UnresolvedAddressException
                    || c instanceof SSLHandshakeException) {
                return true;
            }
        }
        return false;
    }

    static Throwable cause(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static @Nullable Duration retryAfter(Answer answer, Instant now) {
        return answer.header("Retry-After")
                .flatMap(value -> wait(value.strip(), now))
                .orElse(null);
    }

    private static Optional<Duration> wait(String value, Instant now) {
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            var at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO);
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    /** The cloud's own words: each service wraps them in another way, and some answer pages for people. */
    private static String message(Answer answer) {
        var text = answer.text();
        try {
            var inner = answer.json().elements();
            if (inner.hasNext()) {
                text = message(inner.next()).orElse(text);
            }
        } catch (DriverException notJson) {
            text = TAGS.matcher(text).replaceAll(" ");
        }
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }

    private static Optional<String> message(JsonNode error) {
        return error.isTextual()
                ? Optional.of(error.asText())
                : Json.text(error, "message").or(() -> Json.text(error, "detail"));
    }
}
