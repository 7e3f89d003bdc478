package dev.nodepool.internal.image;

import java.util.concurrent.CompletionException;

/** What a failure says to people. */
final class Failures {

    private Failures() {}

    static Throwable cause(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static String text(Throwable failure) {
        var cause = cause(failure);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
