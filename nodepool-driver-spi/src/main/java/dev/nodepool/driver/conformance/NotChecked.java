package dev.nodepool.driver.conformance;

import org.jspecify.annotations.Nullable;

/** What a check needs could not be had, and that is not its own subject. */
final class NotChecked extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotChecked(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
