package dev.nodepool.internal.lifecycle;

/** What happens to a build. */
public enum BuildEvent {
    START,
    SUCCEED,
    FAIL,
    DELETE
}
