package dev.nodepool.internal.keyscan;

import org.jspecify.annotations.Nullable;

/** A machine could not be reached, or showed no host keys. */
public final class KeyScanException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message for people; names the machine and what it did */
    public KeyScanException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
