package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The bytes are those of the listing, whatever of them was made before. */
final class KeptRowsTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private record Row(String id, String comment, Instant since) {}

    private final AtomicInteger made = new AtomicInteger();
    private final Listing<Row> listing = new Listing<>(List.of(
            Column.of("id", "ID", Row::id),
            Column.age("age", "Age", Row::since),
            Column.of("comment", "Comment", row -> {
                made.incrementAndGet();
                return row.comment();
            })));
    private final KeptRows<Row> kept = new KeptRows<>(listing, Row::id, (one, other) -> one == other);

    @Test
    void isTheListingWithNoneOneAndSeveralRows() {
        Row first = row("1", "plain");
        assertSame(List.of());
        assertSame(List.of(first));
        assertSame(List.of(first, row("2", "ä \"quoted\" \u007f\n"), row("3", "")));
    }

    @Test
    void agesGrowWhileRowsStay() {
        Row row = row("1", "plain");
        assertThat(json(List.of(row), NOW)).contains("\"age\": \"00:00:00:01\"");
        assertThat(json(List.of(row), NOW.plusSeconds(100_000))).contains("\"age\": \"01:03:46:41\"");
        assertThat(made).hasValue(1);
    }

    @Test
    void anAgeInTheFutureIsWhatTheListingSays() {
        assertThat(json(List.of(row("1", "plain")), NOW.minusSeconds(31))).contains("\"age\": \"-1:23:59:30\"");
    }

    @Test
    void onlyWhatHasChangedIsMadeAnew() {
        Row stays = row("1", "stays");
        json(List.of(stays, row("2", "old")), NOW);
        made.set(0);
        assertThat(json(List.of(stays, row("2", "new")), NOW))
                .contains("stays")
                .contains("new")
                .doesNotContain("old");
        assertThat(made).hasValue(1);
    }

    @Test
    void aRowThatWentAndCameBackIsMadeAnew() {
        Row row = row("1", "plain");
        json(List.of(row), NOW);
        json(List.of(), NOW);
        made.set(0);
        assertSame(List.of(row));
        assertThat(made).hasPositiveValue();
    }

    private void assertSame(List<Row> rows) {
        assertThat(json(rows, NOW)).isEqualTo(listing.json(rows, NOW));
    }

    private String json(List<Row> rows, Instant now) {
        return new String(kept.json(rows, now), StandardCharsets.UTF_8);
    }

    private static Row row(String id, String comment) {
        return new Row(id, comment, NOW.minusSeconds(1));
    }
}
