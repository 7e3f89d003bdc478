package dev.nodepool.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.GeneratedPage;
import dev.nodepool.testing.Proof;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tells at the end of the build what its tests have tried, and keeps the page of it honest. */
class ReliabilityPageIT {

    private static final String PAGE = "docs/reliability.md";
    private static final String SECTION = "figures";

    @Test
    void pageHasTheFiguresThatTheBuildTells() {
        var figures = new TreeMap<>(Proof.of("nodepool-core"));
        figures.putAll(Proof.of("nodepool-runner"));
        System.out.println("What the tests of this build have tried:");
        figures.forEach((what, figure) -> System.out.println("  " + what + ": " + figure));
        if (GeneratedPage.writing()) {
            GeneratedPage.compareSection(PAGE, SECTION, table(figures), ReliabilityPageIT.class);
        }
        var recorded = GeneratedPage.section(PAGE, SECTION);
        assertThat(recorded).contains("Measured on 20");
        // What depends on the seed and on the machine has only to be there.
        figures.forEach((what, figure) -> assertThat(recorded)
                .as("%s: run this test with -Dnodepool.pages.write=true after a whole build", PAGE)
                .contains("| " + what + " | " + (exact(what) ? figure + " |" : "")));
    }

    private static boolean exact(String what) {
        return what.equals("Planted bugs") || what.startsWith("Fuzzed");
    }

    private static String table(TreeMap<String, String> figures) {
        var table = new StringBuilder(
                "Measured on %s.%n%n| What | How many |%n|---|---|%n".formatted(LocalDate.now(ZoneOffset.UTC)));
        figures.forEach((what, figure) -> table.append("| %s | %s |%n".formatted(what, figure)));
        return table.toString();
    }
}
