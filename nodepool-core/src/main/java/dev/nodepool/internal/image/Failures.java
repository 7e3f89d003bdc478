package dev.nodepool.internal.image;

import dev.nodepool.internal.dib.FileFaults;
import java.util.concurrent.CancellationException;
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
        return cause instanceof CancellationException && cause.getMessage() == null
                ? "it was given up"
                : FileFaults.text(cause);
    }
}
