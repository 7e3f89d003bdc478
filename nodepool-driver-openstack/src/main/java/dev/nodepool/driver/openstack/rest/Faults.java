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

    /** What an answer with a status from 400 on means. */
    static DriverException of(Call call, Answer answer, Instant now) {
        var text = message(answer);
        var message = call + " answered " + answer.status() + (text.isEmpty() ? "" : ": " + text);
        return new DriverException(fault(call, answer.status(), text), message, retryAfter(answer, now), null);
    }

    private static Fault fault(Call call, int status, String text) {
        var making = call.method() == Call.Method.POST;
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
            default -> status >= 500 ? Fault.UNAVAILABLE : Fault.UNEXPECTED;
        };
    }

    /** What a call means that got no answer. */
    static DriverException lost(Call call, Throwable failure) {
        var cause = cause(failure);
        if (cause instanceof DriverException known) {
            return known;
        }
        var why = cause instanceof CancellationException
                ? "no answer within " + call.deadline().toSeconds() + " s"
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        var fault = !(cause instanceof IOException || cause instanceof CancellationException)
                ? Fault.UNEXPECTED
                : call.method().idempotent() || neverSent(cause) ? Fault.UNAVAILABLE : Fault.UNCLEAR;
        return new DriverException(fault, call + " failed, " + why, null, cause);
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
