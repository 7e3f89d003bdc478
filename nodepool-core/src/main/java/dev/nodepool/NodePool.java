package dev.nodepool;

import dev.nodepool.view.Readiness;
import dev.nodepool.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A launcher in this process, and a client of all launchers on the same ZooKeeper. Any number of them may live in one process.
 * Thread-safe.
 */
public interface NodePool extends NodeClient {

    static NodePoolBuilder builder() {
        return new NodePoolBuilder();
    }

    /**
     * Writes into the registration of this launcher where it answers over HTTP, so that {@code nodepool explain} can ask it. To
     * be called before the start.
     */
    void announce(URI web);

    @Override
    NodePool start();

    /**
     * Looks at the configuration files now instead of within the next ten seconds. What can be used is put in force.
     *
     * @return completes when what is on disk is in force, at once for a configuration given as text; fails with
     *     {@link dev.nodepool.config.ConfigException} when it can not be used, and what was in force stays
     */
    CompletableFuture<Void> reload();

    /**
     * Puts a configuration that was made in code in force, as a whole.
     *
     * @param values see {@link NodePoolBuilder#configuration}
     * @return completes when it is in force; fails with {@link dev.nodepool.config.ConfigException} when it can not be used,
     *     and with {@link IllegalStateException} for a pool that follows files; what was in force stays
     */
    CompletableFuture<Void> reconfigure(Map<String, ?> values);

    /** How far the start has come, and what a person should know. */
    Readiness readiness();

    /**
     * Says why a request waits or was declined, as far as the pools of this launcher are concerned.
     *
     * @param request id of any node request, e.g. {@code 200-0000000042}
     * @return the reason of each pool by launcher id; empty when the request is served, gone or not known;
     *     of a failed one, as long as its record is there
     */
    CompletableFuture<Map<String, Reason>> reasons(String request);

    /**
     * Stops in order: deregisters, lets launches under way finish within the limit, releases the rest, disconnects. Requests
     * that wait fail at once; leases that are still open in the end are lost. Takes at most 15 s longer than the limit. Closed
     * again it does nothing.
     *
     * @param drain how long launches may go on
     */
    void close(Duration drain);

    /** Stops without waiting for launches under way. */
    @Override
    default void close() {
        close(Duration.ZERO);
    }
}
