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
 * {@link DriverException}; anything else counts as {@link Fault#UNEXPECTED}. Methods that answer futures fail by them and
 * do not throw.
 *
 * <p>The core sets deadlines and cancels futures that miss them. Each future is its caller's own: to cancel one must not
 * disturb others, also where several callers share the work behind it. What nobody waits for any more should not go on
 * asking the cloud.
 *
 * <p>{@code dev.nodepool.driver.conformance.ConformanceKit} checks all this.
 */
public interface Provider extends AutoCloseable {

    /**
     * Creates a machine.
     *
     * <p>The machine must carry {@link LaunchSpec#metadata()} from its first moment, since leaks and lost answers are
     * found by it. Cancelling the future asks the driver to stop waiting; the core deletes what was made. One call makes
     * one machine at most: retries are the core's. A label or pool that the settings do not have is
     * {@link Fault#INVALID_CONFIGURATION}.
     *
     * @param onExternalId to be called once, the moment the id is known and before the future completes, on any thread
     * @return completes when the machine is usable, has an address, and is in every complete listing that begins
     *     afterwards
     */
    CompletableFuture<Instance> create(LaunchSpec spec, Consumer<ExternalId> onExternalId);

    /**
     * Deletes a machine; completes when it is gone, so that no listing that begins afterwards has it. Absent is success,
     * so it may be called any number of times, at the same time too.
     */
    CompletableFuture<Void> delete(ExternalId id);

    /**
     * All visible machines, also foreign ones and such as are still being made or deleted. What foreign ones take, by
     * their {@link Instance#amounts}, is subtracted from the limits.
     */
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

    /** The limits the cloud sets, used or not; a name that is absent is unlimited, a negative amount has no meaning. */
    Amounts limits() throws DriverException;

    /**
     * What one machine of a label takes.
     *
     * @throws DriverException {@link Fault#INVALID_CONFIGURATION} or {@link Fault#NOT_FOUND} when the label can not work,
     *     which makes it broken; other faults say that the cloud can not be asked now
     */
    Amounts needs(String pool, String label) throws DriverException;

    /** Names of the availability zones, empty when the cloud has none or does not tell. */
    default List<String> zones() throws DriverException {
        return List.of();
    }

    /** Whether a machine of the label could be launched, capacity apart; fails as {@link #needs} does. */
    default LabelState labelState(String pool, String label) throws DriverException {
        return LabelState.READY;
    }

    /** What the machine wrote to its console, empty when the cloud does not tell; {@link Fault#NOT_FOUND} for no machine. */
    default Optional<String> consoleLog(ExternalId id) throws DriverException {
        return Optional.empty();
    }

    /** The ability to hold images; empty when the provider does not manage any. */
    default Optional<ImageStore> images() {
        return Optional.empty();
    }

    /**
     * The ability to lend machines that exist already. A provider that has it is asked for nothing that creates or deletes
     * machines, and its answers about limits and needs do not matter.
     */
    default Optional<Inventory> inventory() {
        return Optional.empty();
    }

    /**
     * Ends the provider and writes to the log what was still under way. Must not wait for it; futures under way, and those
     * of later calls, still have to end, by failing if need be. Threads of its own end. Closing again does nothing.
     */
    @Override
    void close();
}
