package dev.nodepool.internal.dib;

/**
 * How a run of diskimage-builder ended.
 *
 * @param status its exit status; 1 when it had none of its own
 * @param end what ended it
 * @param detail for people, empty when there is nothing to say
 */
public record DibResult(int status, End end, String detail) {

    public enum End {
        /** It ended by itself. */
        EXITED,
        /** It could not be started. */
        NOT_STARTED,
        /** It took longer than it may. */
        TIMED_OUT,
        /** We ended it for another reason. */
        STOPPED
    }

    public boolean good() {
        return end == End.EXITED && status == 0;
    }
}
