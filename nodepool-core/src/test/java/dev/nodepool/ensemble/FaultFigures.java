package dev.nodepool.ensemble;

import dev.nodepool.testing.GeneratedPage;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.TreeMap;

/** What the faults cost, as told and as kept in docs/reliability.md. */
final class FaultFigures {

    private static final String PAGE = "docs/reliability.md";
    private static final String SECTION = "ensemble figures";
    private static final String HEAD =
            "| Fault | Times | Requests served | Orders unanswered | Longest wait, s | Bound, s |\n"
                    + "|---|---|---|---|---|---|\n";

    private FaultFigures() {}

    static void note(String fault, int times, SteadyUsers users, Duration longest, Duration bound) {
        var row = "| %s | %d | %d | %d | %.1f | %d |"
                .formatted(
                        fault, times, users.served(), users.disturbed(), longest.toMillis() / 1e3, bound.toSeconds());
        System.out.println("Ensemble: " + row);
        if (GeneratedPage.writing()) {
            var rows = new TreeMap<String, String>();
            GeneratedPage.section(PAGE, SECTION)
                    .lines()
                    .filter(line -> line.startsWith("| ") && !line.startsWith("| Fault |"))
                    .forEach(line -> rows.put(line.substring(0, line.indexOf(" |", 2)), line));
            rows.put("| " + fault, row);
            GeneratedPage.compareSection(
                    PAGE,
                    SECTION,
                    "Measured on " + LocalDate.now(ZoneOffset.UTC) + ".\n\n" + HEAD + String.join("\n", rows.values())
                            + "\n",
                    FaultFigures.class);
        }
    }
}
