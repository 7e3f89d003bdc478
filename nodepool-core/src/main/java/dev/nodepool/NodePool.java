package dev.nodepool;

import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import dev.nodepool.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A launcher in this process, and a client of all launchers on the same ZooKeeper. Thread-safe. */
public interface NodePool extends AutoCloseable {

    static NodePoolBuilder builder() {
        return new NodePoolBuilder();
    }

    /**
     * Writes into the registration of this launcher where it answers over HTTP, so that {@code nodepool explain} can ask it. To
     * be called before the start.
     */
    void announce(URI web);

    /** Starts; returns at once,connects to ZooKeeper for as long as it takes. */
    NodePool start();

    /**
     * Looks at the configuration files now instead of within the next ten seconds. What can be used is put in force.
     *
     * @return completes when what is on disk is in force, at once for a configuration given as text; fails with
     *     {@link dev.nodepool.config.ConfigException} when it can not be used, and what was in force stays
     */
    CompletableFuture<Void> reload();

    /** How far the start has come, and what a person should know. */
    Readiness readiness();

    /**
     * Asks for one node of each label, all from one provider.
     *
     * @return completes when all are ready and locked for the caller; cancelling it withdraws the request
     */
    CompletableFuture<NodeLease> request(List<String> labels);

    default CompletableFuture<NodeLease> request(String... labels) {
        return request(List.of(labels));
    }

    /**
     * Says why a request waits or was declined, as far as the pools of this launcher are concerned.
     *
     * @param request id of any node request, e.g. {@code 200-0000000042}
     * @return the reason of each pool by launcher id; empty when the request is served, gone or not known;
     *     of a failed one, as long as its record is there
     */
    CompletableFuture<Map<String, Reason>> reasons(String request);

    /**
     * How everything stands that this launcher knows of, from its own live copies: no server is asked.
     *
     * <p>The first call lets the launcher follow disk images with their builds and uploads, too.
     *
     * @return completes at once; empty until everything is known for the first time
     */
    CompletableFuture<Optional<Overview>> overview();

    /**
     * Tells events as they happen, one after the other. A listener must not block.
     *
     * @return ends the telling when run
     */
    Runnable listen(Consumer<NodePoolEvent> listener);

    /**
     * Stops in order: deregisters, lets launches under way finish within the limit, releases the rest, disconnects.
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
