package dev.nodepool.internal.lifecycle;

import dev.nodepool.model.RecordState;
import dev.nodepool.testing.GeneratedPage;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The state diagrams of the documentation are drawn from the tables that decide. */
class LifecyclePageTest {

    @Test
    void pageShowsTheTablesAsTheyAre() {
        var page = new StringBuilder("# Lifecycles\n\nWhich state follows which, and who changes it.\n");
        for (var table : List.of(Lifecycle.REQUEST, Lifecycle.NODE, Lifecycle.BUILD, Lifecycle.UPLOAD)) {
            append(page, table);
        }
        GeneratedPage.compare("docs/lifecycle.md", page.toString(), LifecyclePageTest.class);
    }

    private static <S extends RecordState, E extends Enum<E>> void append(
            StringBuilder page, TransitionTable<S, E> table) {
        page.append("\n## ").append(capital(table.record())).append("\n\n```mermaid\nstateDiagram-v2\n");
        for (var row : table.rows()) {
            page.append("    ").append(id(row.from())).append(" --> ").append(id(row.to()));
            page.append(": ").append(event(row.event())).append('\n');
        }
        page.append("```\n\n| From | Event | To | By |\n|---|---|---|---|\n");
        for (var row : table.rows()) {
            page.append("| ").append(row.from() == null ? "(new)" : row.from().text());
            page.append(" | ").append(event(row.event())).append(" | ");
            page.append(row.to().text()).append(" | ").append(row.by()).append(" |\n");
        }
    }

    /** Mermaid's names know no dash. */
    private static String id(RecordState state) {
        return state == null ? "[*]" : state.text().replace('-', '_');
    }

    private static String event(Enum<?> event) {
        return event.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
