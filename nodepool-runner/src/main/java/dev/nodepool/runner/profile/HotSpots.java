package dev.nodepool.runner.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which methods and threads were seen working how often. Used from one thread at a time. */
final class HotSpots {

    private static final int SHOWN = 20;
    /** A process makes no more methods than that; names of threads can be anything. */
    private static final int KNOWN = 20_000;

    private final Map<String, Integer> methods = new HashMap<>();
    private final Map<String, Integer> threads = new HashMap<>();
    private int samples;

    void seen(String method, String thread) {
        samples++;
        count(methods, method);
        count(threads, thread);
    }

    private static void count(Map<String, Integer> counts, String name) {
        if (counts.size() < KNOWN || counts.containsKey(name)) {
            counts.merge(name, 1, Integer::sum);
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Threads were seen at work %d times".formatted(samples));
        add(lines, "Methods at work:", methods);
        add(lines, "Threads at work:", threads);
        return lines;
    }

    private void add(List<String> lines, String header, Map<String, Integer> counts) {
        if (counts.isEmpty()) {
            return;
        }
        lines.add(header);
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .forEach(entry ->
                        lines.add("%5.1f %% %s".formatted(100.0 * entry.getValue() / samples, entry.getKey())));
    }
}
