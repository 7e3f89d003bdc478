package dev.nodepool.runner.listing;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A column of a listing.
 *
 * @param key name in JSON and in {@code fields}
 * @param header name in the text table
 * @param json its JSON value: text, number, boolean, list, map or null
 * @param text the value shown in the text table, of the same types
 * @param ages whether the JSON value depends on the moment, too, and not on the row alone
 */
public record Column<T>(String key, String header, Value<T> json, Value<T> text, boolean ages) {

    /** A column whose JSON value depends on the row alone. */
    public Column(String key, String header, Value<T> json, Value<T> text) {
        this(key, header, json, text, false);
    }

    /** What stands in a row at a moment. */
    @FunctionalInterface
    public interface Value<T> {

        @Nullable Object of(T row, Instant now);
    }

    /** A column with the same value in both forms. */
    public static <T> Column<T> of(String key, String header, Function<T, ? extends @Nullable Object> value) {
        Value<T> both = (row, now) -> value.apply(row);
        return new Column<>(key, header, both, both);
    }

    /** An age that is a text in both forms. */
    static <T> Column<T> age(String key, String header, Function<T, Instant> since) {
        Value<T> both = (row, now) -> Age.of(since.apply(row), now);
        return new Column<>(key, header, both, both, true);
    }

    /** A time that is seconds since the epoch in JSON and an age in text. */
    static <T> Column<T> time(String key, String header, Function<T, @Nullable Instant> since) {
        return new Column<>(
                key,
                header,
                (row, now) -> {
                    Instant at = since.apply(row);
                    return at == null ? null : at.getEpochSecond();
                },
                (row, now) -> {
                    Instant at = since.apply(row);
                    return at == null ? null : Age.of(at, now);
                });
    }
}
