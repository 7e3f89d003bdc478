package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import java.util.concurrent.CompletableFuture;

/** Where a cloud is kept. Thread-safe; never blocks the caller. */
sealed interface CloudStore permits MemoryStore, StateFile {

    /**
     * Runs a transaction, alone, on the store's executor.
     *
     * @return what the transaction answered, once that is kept
     */
    <T> CompletableFuture<T> apply(Transaction<T> transaction);

    /** A look at the cloud, or a step that changes it. Short: everybody else waits. */
    @FunctionalInterface
    interface Transaction<T> {
        T run(CloudState state) throws DriverException;
    }
}
