package dev.nodepool.driver.conformance;

import org.jspecify.annotations.Nullable;

/** The driver does something else than a check demands. */
final class CheckFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CheckFailure(String text) {
        this(text, null);
    }

    CheckFailure(String text, @Nullable Throwable cause) {
        super(text, cause);
    }

    static void demand(boolean held, String otherwise) {
        if (!held) {
            throw new CheckFailure(otherwise);
        }
    }
}
