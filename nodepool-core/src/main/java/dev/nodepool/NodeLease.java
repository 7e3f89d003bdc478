package dev.nodepool;

import dev.nodepool.view.LeasedNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Machines that are the caller's until it closes the lease. Nothing has to be renewed: a lease outlasts connections to
 * ZooKeeper that break and come back. Thread-safe.
 *
 * <p>Calls wait for ZooKeeper, at most 30 s, and then throw {@link IllegalStateException}. Once the lease is lost, each of
 * {@link #inUse}, {@link #hold} and {@link #close} throws {@link LeaseLostException}; {@link #requestId} and {@link #nodes}
 * go on telling what it was about.
 */
public interface NodeLease extends AutoCloseable {

    /** Id of the request that brought them, e.g. {@code 200-0000000042}. */
    String requestId();

    /** The machines in the order of the labels asked for. */
    List<LeasedNode> nodes();

    /**
     * Says that work has begun on the machines. Machines that are given back without it may go to somebody else instead of
     * being deleted when this process dies. Said again it changes nothing.
     *
     * @throws LeaseLostException when they are the caller's no more
     * @throws IllegalStateException when the lease was closed or held, or ZooKeeper does not answer
     */
    void inUse();

    /**
     * Ends the lease and keeps the machines as they are, for a person to look at. They go when the time is over or when
     * somebody deletes them; {@code max-hold-age} of the launchers may shorten the time.
     *
     * @param reason for people, shown beside the node
     * @param howLong whole seconds, at least one
     * @throws IllegalArgumentException when it is shorter
     * @throws LeaseLostException when they are the caller's no more
     * @throws IllegalStateException when the lease was closed or held before, or ZooKeeper does not answer
     */
    void hold(String reason, Duration howLong);

    /**
     * Tells when the lease is lost, as soon as this process can know: when the session with ZooKeeper is over, when ZooKeeper
     * was silent for as long as a session lives, when a lock or a record was removed, or when the pool is closed. Told at most
     * once, and at once when it is lost already; never after {@link #close} or {@link #hold}. A listener must not block.
     *
     * @param listener is given the reason, for people
     */
    void onLost(Consumer<String> listener);

    /**
     * Gives the machines back; they are deleted. Closed again, or after {@link #hold}, it does nothing.
     *
     * @throws LeaseLostException the first time, when they were the caller's no more
     * @throws IllegalStateException when ZooKeeper does not answer; they are given back when it answers again or the session
     *     ends
     */
    @Override
    void close();
}
