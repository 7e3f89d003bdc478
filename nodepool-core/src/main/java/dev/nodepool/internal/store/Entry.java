package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Stat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record as last seen.
 *
 * @param record the record, null when it can not be read
 * @param unreadable why it can not be read, an empty text when it can
 */
public record Entry<T>(String id, @Nullable T record, String unreadable, Stat stat) {

    public Optional<T> readable() {
        return Optional.ofNullable(record);
    }

    public int version() {
        return stat.version();
    }
}
