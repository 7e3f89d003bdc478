package dev.nodepool;

import dev.nodepool.view.LeasedNode;
import java.util.List;

/** Machines that are the caller's until it closes the lease. Thread-safe. */
public interface NodeLease extends AutoCloseable {

    /** Id of the request that brought them. */
    String requestId();

    /** The machines in the order of the labels asked for. */
    List<LeasedNode> nodes();

    /** Says that work has begun on the machines. */
    void inUse();

    /** Gives the machines back; they are deleted. Idempotent, waits at most 30 s for ZooKeeper. */
    @Override
    void close();
}
