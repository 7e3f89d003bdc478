package dev.nodepool.internal.store;

import java.util.concurrent.CompletionException;

/** A record that could not be claimed or written; nothing was changed. */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Why {
        /** Somebody else holds its lock. */
        LOCKED,
        /** It is no longer what the decision was made on. */
        STALE,
        /** It is not there any more. */
        GONE
    }

    private final Why why;

    public Refused(Why why, String path) {
        super(path + " is " + why.name().toLowerCase(java.util.Locale.ROOT), null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }

    /** Whether a failure means that a record could not be had for an ordinary reason. */
    public static boolean is(Throwable failure) {
        return unwrap(failure) instanceof Refused;
    }

    /** Whether a failure is a refusal for this reason. */
    public static boolean is(Throwable failure, Why why) {
        return unwrap(failure) instanceof Refused refused && refused.why == why;
    }

    private static Throwable unwrap(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
