package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected tables are PrettyTable's own. */
final class TextTableTest {

    private static final List<String> HEADERS = List.of("ID", "Note");

    @Test
    void drawsThreeRulesWhenThereAreNoRows() {
        assertThat(TextTable.of(HEADERS, List.of())).isEqualTo("""
                +----+------+
                | ID | Note |
                +----+------+
                +----+------+""");
    }

    @Test
    void padsTheEmptyCellOfTheOnlyRow() {
        assertThat(TextTable.of(HEADERS, List.of(List.of("1", "")))).isEqualTo("""
                +----+------+
                | ID | Note |
                +----+------+
                | 1  |      |
                +----+------+""");
    }

    @Test
    void alignsByWhatTheTerminalShowsAndBreaksLinesInsideTheRow() {
        assertThat(TextTable.of(
                        HEADERS,
                        List.of(List.of("1", "a"), List.of("22", "two\nlines"), List.of("333", "日本x é e\u0301 😀"))))
                .isEqualTo("""
                +-----+--------------+
                | ID  | Note         |
                +-----+--------------+
                | 1   | a            |
                | 22  | two          |
                |     | lines        |
                | 333 | 日本x é e\u0301 😀 |
                +-----+--------------+""");
    }

    @Test
    void drawsATableWithoutColumns() {
        assertThat(TextTable.of(List.of(), List.of(List.of(), List.of()))).isEqualTo("++\n||\n++\n\n\n++");
        assertThat(TextTable.of(List.of(), List.of())).isEqualTo("++\n||\n++\n++");
    }
}
