package dev.nodepool.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.testing.GeneratedPage;
import dev.nodepool.testing.Proof;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The planted bugs still fit the code; whether they are found is for the host tier to see. */
class PlantedBugsTest {

    static List<PlantedBug> all() {
        return PlantedBug.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyPlantedBugFitsTheCodeAndItsTestIsThere(PlantedBug bug) throws ClassNotFoundException {
        assertThat(bug.places()).as("places in %s", bug.file()).isEqualTo(1);
        assertThat(bug.planted()).isNotEqualTo(bug.source());
        assertThat(Class.forName(bug.test()).getSimpleName()).endsWith("Test");
    }

    @Test
    void thereAreAtLeastFifteenAndThePageListsThem() {
        assertThat(all()).hasSizeGreaterThanOrEqualTo(15);
        Proof.note("Planted bugs", all().size());
        var table = new StringBuilder("| Bug | In | Found by |\n|---|---|---|\n");
        for (var bug : all()) {
            table.append(
                    "| %s | `%s` | `%s` |%n".formatted(bug.bug(), simple(bug.file(), '/'), simple(bug.test(), '.')));
        }
        GeneratedPage.compareSection("docs/reliability.md", "planted bugs", table.toString(), PlantedBugsTest.class);
    }

    private static String simple(String name, char separator) {
        return name.substring(name.lastIndexOf(separator) + 1).replace(".java", "");
    }
}
