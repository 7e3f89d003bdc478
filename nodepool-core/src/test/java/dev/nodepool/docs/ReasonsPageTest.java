package dev.nodepool.docs;

import dev.nodepool.testing.GeneratedPage;
import dev.nodepool.view.Reason;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReasonsPageTest {

    @Test
    void pageTellsEveryCode() {
        var page = """
                # Why a request waits

                Each pool of a launcher of this kind that does not take a request has a reason for it. `nodepool explain ID` tells
                them, so do `/requests/ID` of the [status server](operation.md#status-server) and `NodePool.reasons`, each with
                the figures of the moment. How the reasons are kept: [The command](command.md#why-does-a-request-wait).

                """
                + Arrays.stream(Reason.Effect.values())
                        .map(ReasonsPageTest::part)
                        .collect(Collectors.joining("\n"));
        GeneratedPage.compare("docs/reasons.md", page, ReasonsPageTest.class);
    }

    private static String part(Reason.Effect effect) {
        var heading = switch (effect) {
            case DECLINES ->
                "## The pool declines\n\nIt says so in the request. When every pool has, the request fails.\n";
            case WAITS -> "## The pool waits\n\nIt takes the request when something becomes free.\n";
            case LEAVES ->
                "## The pool leaves it to others\n\nIt expects another pool to take the request, for a while.\n";
        };
        return heading + "\n| Code | Meaning |\n|---|---|\n"
                + Arrays.stream(Reason.Code.values())
                        .filter(code -> code.effect() == effect)
                        .map(code -> "| `" + code + "` | " + code.meaning() + " |\n")
                        .collect(Collectors.joining());
    }
}
