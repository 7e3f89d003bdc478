package dev.nodepool.internal.lifecycle;

/** What happens to a request. */
public enum RequestEvent {
    /** Somebody asks. */
    SUBMIT,
    /** A pool takes it on. */
    ACCEPT,
    /** All nodes are ready. */
    FULFIL,
    /** A pool can not serve it, others may. */
    DECLINE,
    /** The last pool could not serve it. */
    FAIL,
    /** The pool that took it on gives it back unserved: quota was refused, or the launcher stops. */
    RELEASE,
    /** The launcher that took it on is gone. */
    RESET
}
