package dev.nodepool.driver;

/**
 * Kinds of failure; the kind decides what the core does.
 *
 * <p>When a creation fails before it told an id, the kinds {@link #QUOTA_EXCEEDED}, {@link #NO_CAPACITY}, {@link
 * #RATE_LIMITED}, {@link #UNAUTHORIZED} and {@link #INVALID_CONFIGURATION} are taken as a proof that nothing was made. Who
 * is not sure says {@link #UNCLEAR}.
 */
public enum Fault {
    /** The project's quota is used up: limits are read anew, the request waits, no attempt is used. */
    QUOTA_EXCEEDED,
    /** The cloud has no room: another zone, else the request is declined. */
    NO_CAPACITY,
    /** Too many calls: wait as told, no attempt is used. */
    RATE_LIMITED,
    /** The cloud does not answer: this provider backs off, nothing fails. */
    UNAVAILABLE,
    /** The cloud refuses our credentials: this provider backs off, nothing fails. */
    UNAUTHORIZED,
    /** The thing is not there; for a deletion that is success. */
    NOT_FOUND,
    /** The label can not work until its configuration changes: the request is declined. */
    INVALID_CONFIGURATION,
    /** The answer was lost, so nobody knows whether it happened: looked up by its mark before it is tried again. */
    UNCLEAR,
    /** The machine is up and has no address to reach it at: an attempt is used. */
    NO_ADDRESS,
    /** Anything else: an attempt is used. */
    UNEXPECTED
}
