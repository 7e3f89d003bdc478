package dev.nodepool.internal.lifecycle;

/** An event that can not happen in a state: a mistake in the calling code, never in the data. */
public final class IllegalTransitionException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    IllegalTransitionException(String record, Object from, Object event) {
        super("a " + record + " that is " + from + " knows no event " + event);
    }
}
