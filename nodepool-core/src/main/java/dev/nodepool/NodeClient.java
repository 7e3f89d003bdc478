package dev.nodepool;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.view.Overview;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Asks for machines that launchers elsewhere make, on the same ZooKeeper; a {@link NodePool} brings a launcher along.
 * Thread-safe.
 */
public interface NodeClient extends AutoCloseable {

    static NodeClientBuilder builder() {
        return new NodeClientBuilder();
    }

    /** Starts; returns at once, connects to ZooKeeper for as long as it takes. Started again it does nothing. */
    NodeClient start();

    /**
     * Asks for one node of each label, all from one provider.
     *
     * <p>The request lives as long as the session with ZooKeeper; when that is lost before it is fulfilled it is made again,
     * under the same future.
     *
     * @param labels at least one; a label may repeat
     * @return completes when all are ready and locked for the caller. Cancelling it withdraws the request. Fails with
     *     {@link java.util.concurrent.TimeoutException} after the deadline of the options, and with
     *     {@link IllegalStateException} when every launcher has declined, or the pool is closed
     * @throws IllegalArgumentException when there is no label
     */
    CompletableFuture<NodeLease> request(RequestOptions options, List<String> labels);

    /** The same with {@link RequestOptions#DEFAULT}. */
    default CompletableFuture<NodeLease> request(List<String> labels) {
        return request(RequestOptions.DEFAULT, labels);
    }

    /** The same with {@link RequestOptions#DEFAULT}. */
    default CompletableFuture<NodeLease> request(String... labels) {
        return request(List.of(labels));
    }

    /**
     * How everything stands, from live copies: no server is asked. What only a launcher knows is empty without one.
     *
     * <p>The first call lets disk images with their builds and uploads be followed, too.
     *
     * @return completes at once; empty until everything is known for the first time
     */
    CompletableFuture<Optional<Overview>> overview();

    /**
     * Tells events as they happen, one after the other. A listener must not block; one that throws is told again next time.
     *
     * @return ends the telling when run
     */
    Runnable listen(Consumer<NodePoolEvent> listener);

    /**
     * Tells what happens to disk images, whoever builds and uploads them; those that are there already are told first.
     *
     * @return ends the telling when run
     */
    Runnable listenImages(Consumer<ImageEvent> listener);

    /** What may be ordered. */
    Orders orders();

    /**
     * Disconnects. Requests that wait fail with {@link IllegalStateException}; leases that are not closed are lost, so close
     * those first. Closed again it does nothing.
     */
    @Override
    void close();
}
