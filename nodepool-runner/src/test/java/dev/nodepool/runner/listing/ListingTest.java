package dev.nodepool.runner.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The expected JSON is that of Python's own encoder. */
final class ListingTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private static final Listing<Map<String, @Nullable Object>> LISTING = new Listing<>(List.of(
            Column.of("a", "A", row -> row.get("a")),
            Column.of("b", "B", row -> row.get("b")),
            Column.of("c", "C", row -> row.get("c"))));

    @Test
    void writesJsonAsPythonDoes() {
        assertThat(LISTING.json(
                        List.of(row(
                                "é😀\n\t\"\\/\u007f\u0001",
                                List.of(1, 2.0, 1e16, 1e-5, 1.5e300, 123456789012345680.0, 0.0, -0.0, 0.0001, 1e22),
                                map("x", null, "y", true, "z", Map.of()))),
                        NOW))
                .isEqualTo(
                        "[{\"a\": \"\\u00e9\\ud83d\\ude00\\n\\t\\\"\\\\/\\u007f\\u0001\", \"b\": [1, 2.0, 1e+16, 1e-05,"
                                + " 1.5e+300, 1.2345678901234568e+17, 0.0, -0.0, 0.0001, 1e+22],"
                                + " \"c\": {\"x\": null, \"y\": true, \"z\": {}}}]");
        assertThat(LISTING.json(List.of(row(List.of(), Double.NaN, null), row(null, false, "")), NOW))
                .isEqualTo("[{\"a\": [], \"b\": NaN, \"c\": null}, {\"a\": null, \"b\": false, \"c\": \"\"}]");
        assertThat(LISTING.json(List.of(), NOW)).isEqualTo("[]");
    }

    @Test
    void keepsTheOrderOfTheTableWhateverIsAskedFor() {
        assertThat(LISTING.only(List.of("c", "nonsense", "a", "c")).text(List.of(row(1, 2, 3)), NOW))
                .isEqualTo("""
                        +---+---+
                        | A | C |
                        +---+---+
                        | 1 | 3 |
                        +---+---+""");
    }

    @Test
    void hasNoColumnWhenNoneIsKnown() {
        assertThat(LISTING.only(Set.of("nonsense")).text(List.of(row(1, 2, 3)), NOW))
                .isEqualTo("++\n||\n++\n\n++");
    }

    private static Map<String, @Nullable Object> row(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
        return map("a", a, "b", b, "c", c);
    }

    private static Map<String, @Nullable Object> map(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        List<@Nullable Object> all = Arrays.asList(keysAndValues);
        for (int at = 0; at < all.size(); at += 2) {
            map.put(String.valueOf(all.get(at)), all.get(at + 1));
        }
        return map;
    }
}
