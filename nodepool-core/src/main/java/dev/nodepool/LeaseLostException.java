package dev.nodepool;

/**
 * The machines of a lease are the caller's no more: its ZooKeeper session is over, or somebody removed a lock or a record.
 * Others may use or delete the machines; what still runs there is worth nothing.
 */
public final class LeaseLostException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    LeaseLostException(String why, Throwable cause) {
        super("the lease is lost: " + why, cause);
    }
}
