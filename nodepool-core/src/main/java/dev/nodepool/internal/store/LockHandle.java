package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Session;

/**
 * A lock that is held: a contender of ours with nobody before it. Belongs to a session, not to a thread.
 *
 * @param dir the lock directory
 * @param contender path of our contender
 * @param session id of the session it lives with
 */
public record LockHandle(String dir, String contender, long session) {

    /** Whether it may still be held. False for good once the session is over. */
    public boolean valid(Session now) {
        return now.id() == session && now.state() != Session.State.LOST;
    }
}
