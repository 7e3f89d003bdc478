package dev.nodepool.config;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The text of a file after environment variables were put in.
 *
 * @param inserted values that were put in; messages must not show them
 */
record Expansion(String text, Set<String> inserted) {

    private static final String PREFIX = "NODEPOOL_";

    /** Shorter values say nothing, and would hide every digit of a message. */
    private static final int SECRET_LENGTH = 4;

    /** Replaces {@code %(NODEPOOL_X)}, one variable after the other, so that a value may name the next one. */
    static Expansion of(String text, Map<String, String> environment) {
        var expanded = text;
        var inserted = new LinkedHashSet<String>();
        for (var variable : environment.entrySet()) {
            var pattern = "%(" + variable.getKey() + ")";
            if (variable.getKey().startsWith(PREFIX) && expanded.contains(pattern)) {
                expanded = expanded.replace(pattern, variable.getValue());
                inserted.add(variable.getValue());
            }
        }
        inserted.removeIf(value -> value.length() < SECRET_LENGTH);
        return new Expansion(expanded, inserted);
    }

    /** Whether a value holds something that came from the environment. */
    boolean taints(String value) {
        return inserted.stream().anyMatch(value::contains);
    }
}
