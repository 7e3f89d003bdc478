package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Python's wcwidth says. */
final class DisplayWidthTest {

    @ParameterizedTest
    @CsvSource({
        "abc,3",
        "é,1",
        "e\u0301,1",
        "日本,4",
        "한글,4",
        "ｶﾅ,2",
        "カナ,4",
        "（,2",
        "✅,2",
        "✓,1",
        "😀,2",
        "→,1",
        "𠀀,2",
        "a\u200bb,2"
    })
    void countsColumns(String text, int width) {
        assertThat(DisplayWidth.of(text)).isEqualTo(width);
    }
}
