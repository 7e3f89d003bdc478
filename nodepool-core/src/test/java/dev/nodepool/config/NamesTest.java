package dev.nodepool.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a/b       | must not contain "/"
            "a\\0"    | must not contain control characters
            "a\\n"    | must not contain control characters
            .a        | must not begin or end with a dot or a blank
            a.        | must not begin or end with a dot or a blank
            ' a'      | must not begin or end with a dot or a blank
            ' '       | must not be empty
            ''        | must not be empty
            """)
    void areRefusedWhereZnodesAndFilesCouldNotHaveThem(String name, String text) {
        assertThat(Load.errors("labels: [{name: " + name + "}]")).containsExactly("1:17: labels[0].name: " + text);
        assertThat(Load.errors("diskimages: [{name: " + name + "}]"))
                .containsExactly("1:21: diskimages[0].name: " + text);
        assertThat(Load.errors("providers: [{cloud: c, name: " + name + "}]"))
                .containsExactly("1:30: providers[0].name: " + text);
        assertThat(Load.errors("providers: [{name: fake, pools: [{name: " + name + "}]}]"))
                .containsExactly("1:41: providers[0].pools[0].name: " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", "a.b", "debian-12_x86", "ä", "a:b"})
    void mayHoldAnythingElse(String name) {
        assertThat(Load.errors("labels: [{name: '" + name + "'}]")).isEmpty();
    }

    @Test
    void takeANumberAsItIsWritten() {
        assertThat(Load.config("labels: [{name: 18.10}]").labels()).containsOnlyKeys("18.10");
        assertThat(Load.warnings("labels: [{name: 18.10}]"))
                .containsExactly("1:17: labels[0].name: number used, quote it");
    }
}
