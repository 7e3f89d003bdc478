package dev.nodepool.internal.tree;

import java.util.concurrent.CompletionException;

/** A call on the tree that failed. */
public final class TreeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Code {
        NO_NODE,
        NODE_EXISTS,
        NOT_EMPTY,
        BAD_VERSION,
        /** Ephemeral znodes have no children. */
        EPHEMERAL_PARENT,
        /** The answer was lost: a write may have happened or not. */
        CONNECTION_LOSS,
        /** The session is over: what was not answered before may have happened. */
        SESSION_EXPIRED,
        /** The tree was closed. */
        CLOSED,
        /** Refused by the server for another reason. */
        OTHER;

        /** Whether a failed write may have happened all the same. */
        public boolean unclear() {
            return this == CONNECTION_LOSS || this == SESSION_EXPIRED || this == CLOSED;
        }
    }

    private final Code code;
    private final int index;

    public TreeException(Code code, String path) {
        this(code, path, -1, null);
    }

    /** @param index which operation of a multi failed, -1 if none can be named */
    public TreeException(Code code, String path, int index, @org.jspecify.annotations.Nullable Throwable cause) {
        super(code + " at " + path, cause);
        this.code = code;
        this.index = index;
    }

    public Code code() {
        return code;
    }

    public int index() {
        return index;
    }

    /** The code of a failure, {@link Code#OTHER} when it does not come from a tree. */
    public static Code codeOf(Throwable failure) {
        return cause(failure) instanceof TreeException tree ? tree.code() : Code.OTHER;
    }

    /** Which operation of a multi failed, -1 when that is not known. */
    public static int indexOf(Throwable failure) {
        return cause(failure) instanceof TreeException tree ? tree.index() : -1;
    }

    private static Throwable cause(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
