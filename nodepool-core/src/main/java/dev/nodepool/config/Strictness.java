package dev.nodepool.config;

/** How lapses are taken that do no harm by themselves: unknown keys and names defined twice. */
public enum Strictness {
    /** As errors, to check a file. */
    STRICT,
    /** As warnings, as daemons do: a file for a newer or older version must not stop them. */
    LENIENT
}
