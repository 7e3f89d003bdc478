package dev.nodepool.runner.command;

import dev.nodepool.view.SweepView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The state of the search for leaks as text for people. */
final class SweepText {

    private SweepText() {}

    static List<String> of(List<SweepView> providers) {
        List<String> lines = new ArrayList<>();
        providers.forEach(provider -> add(lines, provider));
        return lines.isEmpty() ? List.of("no provider was swept yet") : lines;
    }

    private static void add(List<String> lines, SweepView view) {
        lines.add(view.provider() + ": " + unknown(view));
        if (!view.frozen().isEmpty()) {
            lines.add("  held back since " + Instant.ofEpochSecond((long) view.since()) + ": " + view.frozen());
            new TreeMap<>(view.held()).forEach((kind, ids) -> ids.forEach(id -> lines.add("    " + kind + " " + id)));
            int shown = view.held().values().stream().mapToInt(List::size).sum();
            if (shown < view.heldInAll()) {
                lines.add("    and " + (view.heldInAll() - shown) + " more");
            }
        }
        if (view.ordered()) {
            lines.add("  a confirmation waits for the next sweep");
        }
        if (view.confirmed() > 0) {
            lines.add("  confirmed and still there: " + view.confirmed());
        }
        if (view.failing() > 0) {
            lines.add("  could not be deleted so far, tried again: " + view.failing());
        }
    }

    private static String unknown(SweepView view) {
        String kinds = new TreeMap<>(view.kinds())
                .entrySet().stream()
                        .filter(kind -> kind.getValue().unknown() > 0)
                        .map(kind -> kind.getValue().unknown() + " of "
                                + kind.getValue().all() + " " + kind.getKey())
                        .collect(Collectors.joining(", "));
        return kinds.isEmpty() ? "nothing unknown" : kinds + " unknown";
    }

    static String confirmed(SweepView view) {
        int covered = view.held().values().stream().mapToInt(List::size).sum();
        String rest = covered < view.heldInAll() ? " of " + view.heldInAll() + "; confirm again for the rest" : "";
        return "confirmed: the next sweeps of " + view.provider() + " delete " + covered + rest;
    }
}
