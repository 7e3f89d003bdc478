package dev.nodepool.driver.conformance;

import java.util.Optional;

/**
 * What came out of a check.
 *
 * @param text what was seen instead of what the check demands, or why it could not be looked at; empty when it passed
 * @param cause the failure behind it, if any
 */
public record Verdict(Check check, Outcome outcome, String text, Optional<Throwable> cause) {

    public enum Outcome {
        /** The driver does what is demanded. */
        PASSED,
        /** It does not. */
        FAILED,
        /** Nobody knows, because something before it went wrong; counts as not passed. */
        UNCHECKED,
        /** The provider does not have the ability, and need not. */
        ABSENT
    }

    /** Whether nothing speaks against the driver. */
    public boolean good() {
        return outcome == Outcome.PASSED || outcome == Outcome.ABSENT;
    }

    /** One line for people. */
    @Override
    public String toString() {
        var word = outcome == Outcome.FAILED ? "FAILED" : outcome.name().toLowerCase(java.util.Locale.ROOT);
        var said = text.isEmpty() ? check.demand() : text;
        return "%-9s  %-13s  %s".formatted(word, check.id(), said);
    }
}
