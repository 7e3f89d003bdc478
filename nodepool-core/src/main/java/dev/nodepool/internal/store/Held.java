package dev.nodepool.internal.store;

import dev.nodepool.model.StoredRecord;

/**
 * A record as read or written last, under its lock.
 *
 * @param version the version the next write must find
 */
public record Held<T extends StoredRecord>(T record, int version, LockHandle lock) {

    public String id() {
        return record.id();
    }
}
