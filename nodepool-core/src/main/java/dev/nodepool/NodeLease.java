package dev.nodepool;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * A machine.
     *
     * @param id id of its record
     * @param label the label asked for
     * @param address where to connect, null when the provider gave none
     * @param port TCP port to connect to
     * @param username login name, null when unknown
     * @param hostKeys its host keys, {@code type base64} each
     */
    record LeasedNode(
            String id,
            String label,
            String provider,
            @Nullable String address,
            int port,
            @Nullable String username,
            List<String> hostKeys) {}
}
