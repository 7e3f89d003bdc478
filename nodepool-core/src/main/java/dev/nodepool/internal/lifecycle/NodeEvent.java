package dev.nodepool.internal.lifecycle;

/** What happens to a node. */
public enum NodeEvent {
    /** The intent to launch it is stored. */
    RECORD,
    /** A static host is entered. */
    REGISTER,
    /** A machine without a record is entered so that it is deleted like any other. */
    RECORD_LEAK,
    /** Its launcher holds the lock and begins. */
    BUILD,
    /** It is up. */
    LAUNCHED,
    /** All attempts failed. */
    LAUNCH_FAILED,
    /** It can not be had now: the quota refused it, the cloud does not answer, or its launcher stops. */
    ABORT,
    /** A ready node is given to a request. */
    ALLOCATE,
    /** A ready node's request is gone or gives it back. */
    DEALLOCATE,
    /** What its record says of a static host is no longer so. */
    REVISE,
    /** Its user begins. */
    USE,
    /** Its user is done. */
    RETURN,
    /** Somebody wants to look at it. */
    HOLD,
    /** It is to go away. */
    DELETE,
    /** The machine is gone. */
    GONE
}
