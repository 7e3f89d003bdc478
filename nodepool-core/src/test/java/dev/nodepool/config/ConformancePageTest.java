package dev.nodepool.config;

import dev.nodepool.driver.conformance.Check;
import dev.nodepool.testing.GeneratedPage;
import org.junit.jupiter.api.Test;

class ConformancePageTest {

    @Test
    void pageTellsEveryCheck() {
        var page = new StringBuilder("# What the conformance kit checks\n\n"
                + "In this order. How to run it: [Writing a driver](driver-authors.md#the-conformance-kit).\n\n"
                + "| Check | Passed when |\n|---|---|\n");
        for (var check : Check.values()) {
            page.append("| `")
                    .append(check.id())
                    .append("` | ")
                    .append(check.demand())
                    .append(" |\n");
        }
        GeneratedPage.compare("docs/conformance.md", page.toString(), ConformancePageTest.class);
    }
}
