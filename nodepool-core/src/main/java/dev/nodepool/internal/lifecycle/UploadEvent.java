package dev.nodepool.internal.lifecycle;

/** What happens to an upload. */
public enum UploadEvent {
    START,
    SUCCEED,
    FAIL,
    DELETE
}
