package dev.nodepool.internal.lease;

/** The nodes of a lease are not this process's any more. */
public final class LostLease extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LostLease(String why) {
        super(why);
    }
}
