package dev.nodepool.driver;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One open provider: a project in a cloud.
 *
 * <p>Methods that answer a future must not block the caller; the others may block, are called on the provider's
 * executor and cached by the core. All may be called from several threads at once. Futures fail with
 * {@link DriverException}; anything else counts as {@link Fault#UNEXPECTED}.
 */
public interface Provider extends AutoCloseable {

    /**
     * Creates a machine.
     *
     * <p>The machine must carry {@link LaunchSpec#metadata()} from its first moment, since leaks and lost answers are
     * found by it. Cancelling the future asks the driver to stop waiting; the core deletes what was made.
     *
     * @param onExternalId to be called once, the moment the id is known
     * @return completes when the machine is usable
     */
    CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId);

    /** Deletes a machine; completes when it is gone. Absent is success, so it may be called any number of times. */
    CompletableFuture<Void> delete(ExternalId id);

    /** All visible machines, also foreign ones. */
    CompletableFuture<Listing<Instance>> list();

    /**
     * What else can leak: ports, addresses, volumes. Asked about once a minute; a driver whose listing is costly answers
     * from what it has seen lately. See {@link LeakableResource.Ground} for what belongs in it.
     */
    default CompletableFuture<Listing<LeakableResource>> resources() {
        return CompletableFuture.completedFuture(Listing.complete(List.of()));
    }

    /** Deletes such a resource; completes when it is gone. Absent is success, so it may be called any number of times. */
    default CompletableFuture<Void> deleteResource(LeakableResource resource) {
        return CompletableFuture.completedFuture(null);
    }

    /** The limits the cloud sets; a name that is absent is unlimited. */
    Amounts limits() throws DriverException;

    /** What one machine of a label takes. */
    Amounts needs(String pool, String label) throws DriverException;

    /** Names of the availability zones, empty when the cloud has none or does not tell. */
    default List<String> zones() throws DriverException {
        return List.of();
    }

    /** Whether a machine of the label could be launched, capacity apart. */
    default LabelState labelState(String pool, String label) throws DriverException {
        return LabelState.READY;
    }

    /** What the machine wrote to its console, empty when the cloud does not tell. */
    default Optional<String> consoleLog(ExternalId id) throws DriverException {
        return Optional.empty();
    }

    /** The ability to hold images; empty when the provider does not manage any. */
    default Optional<ImageStore> images() {
        return Optional.empty();
    }

    /** Ends the provider and says what was still under way. Must not wait for it. */
    @Override
    void close();
}
