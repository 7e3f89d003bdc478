package dev.nodepool.internal.tree;

/**
 * The session at one moment.
 *
 * @param id the server's id of the session, 0 before the first
 * @param state whether it can be used
 */
public record Session(long id, State state) {

    public enum State {
        /** The server answers. */
        CONNECTED,
        /** No server answers; the session may still live. */
        SUSPENDED,
        /** The session is over, with everything ephemeral; a later CONNECTED has another id. */
        LOST
    }

    public boolean connected() {
        return state == State.CONNECTED;
    }
}
