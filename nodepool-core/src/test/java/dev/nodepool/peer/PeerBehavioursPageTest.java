package dev.nodepool.peer;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every row of the acceptance list is shown by a test or has a reason why it is not. */
class PeerBehavioursPageTest {

    /** Parts of the list by the first letter of their rows. */
    private static final Map<String, String> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("L", "Launcher");
        PARTS.put("Z", "ZooKeeper");
        PARTS.put("S", "Static driver");
        PARTS.put("B", "Builder");
        PARTS.put("R", "What replaces a provider");
        PARTS.put("W", "Web application");
        PARTS.put("C", "Command line");
    }

    private static final String HEAD = """
            # What Python's tests check, and where it is shown here

            Each row is a behaviour that a test of Python Nodepool (3.10 or 10.x) checks; the test's name says which. Beside it
            stand the tests of this project that show it. They all run in the build that compares this page, so a test
            named here has passed: those named `...HostIT` in the host tier, those named `...LabIT` in the lab tier, the
            others in `mvn verify`.
            """;

    private final Map<String, String> rows = file("rows.txt", " ");
    private final Map<String, String> notApplicable = file("not-applicable.txt", ": ");
    private final Map<String, String> differs = file("differs.txt", ": ");
    private final Map<String, TreeSet<String>> tests = ShownBehaviours.in(GeneratedPage.root());

    @Test
    void pageSaysHowEachRowIsShown() {
        var page = new StringBuilder(HEAD);
        PARTS.forEach((letter, title) -> append(page, letter, title));
        GeneratedPage.compare("docs/peer-behaviours.md", page.toString(), PeerBehavioursPageTest.class);
    }

    @Test
    void everyRowIsShownOrHasAReason() {
        assertThat(rows.keySet())
                .filteredOn(row -> PARTS.containsKey(row.substring(0, 1)))
                .filteredOn(row -> !tests.containsKey(row) && !notApplicable.containsKey(row))
                .as("rows that no test names")
                .isEmpty();
    }

    @Test
    void testsAndReasonsNameRowsThatExist() {
        assertThat(rows.keySet()).containsAll(tests.keySet()).containsAll(notApplicable.keySet());
        assertThat(tests.keySet()).containsAll(differs.keySet()).doesNotContainAnyElementsOf(notApplicable.keySet());
    }

    private void append(StringBuilder page, String letter, String title) {
        page.append("\n## ").append(title).append("\n\n| Row | There | Here | Verdict |\n|---|---|---|---|\n");
        rows.forEach((row, there) -> {
            if (row.startsWith(letter)) {
                page.append("| ").append(row).append(" | ").append(there);
                page.append(" | ").append(here(row));
                page.append(" | ").append(verdict(row)).append(" |\n");
            }
        });
    }

    private String here(String row) {
        return tests.getOrDefault(row, new TreeSet<>()).stream()
                .map(test -> "`" + test + "`")
                .collect(joining("<br>"));
    }

    private String verdict(String row) {
        if (notApplicable.containsKey(row)) {
            return "does not apply: " + notApplicable.get(row);
        }
        if (differs.containsKey(row)) {
            return "differs on purpose: " + differs.get(row);
        }
        return tests.containsKey(row) ? "holds" : "**not shown**";
    }

    private static Map<String, String> file(String name, String separator) {
        try (var lines = PeerBehavioursPageTest.class.getResourceAsStream("/peer-behaviours/" + name)) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(separator, 2))
                    .collect(toMap(
                            parts -> parts[0],
                            parts -> parts[1],
                            (a, b) -> {
                                throw new IllegalStateException("a row stands twice in " + name);
                            },
                            LinkedHashMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
