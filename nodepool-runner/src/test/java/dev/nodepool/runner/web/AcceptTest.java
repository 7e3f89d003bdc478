package dev.nodepool.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Python's web framework was seen to choose. */
final class AcceptTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "*/* | HTML",
                "text/plain | TEXT",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8 | HTML",
                "application/json | JSON",
                "application/* | JSON",
                "text/html;q=0.1, application/json | JSON",
                "text/html, application/json;q=0.9 | HTML",
                "application/json;q=0.5, */*;q=0.1 | JSON",
                "application/json, text/* | HTML",
                "APPLICATION/JSON; charset=utf-8 | JSON",
                "application/json;q=0, */* | HTML",
                "json | TEXT",
                "a/b/c | TEXT",
                "; | TEXT",
                ", , | TEXT",
            })
    void choosesTheBestAndTheFirstOfEquals(String header, Accept expected) {
        assertThat(Accept.of(query(header))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"image/png", "text/css, image/*", "application/json;q=0", "*/*;q=0"})
    void findsNothingThatWillDo(String header) {
        assertThat(Accept.of(query(header))).isEmpty();
    }

    @Test
    void takesTextWhenNothingIsAskedFor() {
        assertThat(Accept.of(Query.of("/"))).contains(Accept.TEXT);
    }

    private static Query query(String header) {
        return new Query("/", Map.of(), Map.of("accept", header));
    }
}
