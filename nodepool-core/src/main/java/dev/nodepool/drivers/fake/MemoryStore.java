package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** A cloud that lives and dies with the provider. */
final class MemoryStore implements CloudStore {

    private final ReentrantLock lock = new ReentrantLock();
    private final CloudState state = new CloudState();
    private final Executor executor;

    MemoryStore(Executor executor) {
        this.executor = executor;
    }

    @Override
    public <T> CompletableFuture<T> apply(Transaction<T> transaction) {
        var answer = new CompletableFuture<T>();
        try {
            executor.execute(() -> run(transaction, answer));
        } catch (RuntimeException refused) {
            answer.completeExceptionally(refused);
        }
        return answer;
    }

    private <T> void run(Transaction<T> transaction, CompletableFuture<T> answer) {
        T result;
        try {
            result = locked(transaction);
        } catch (DriverException | RuntimeException failure) {
            answer.completeExceptionally(failure);
            return;
        }
        answer.complete(result);
    }

    private <T> T locked(Transaction<T> transaction) throws DriverException {
        lock.lock();
        try {
            return transaction.run(state);
        } finally {
            state.takeChanges();
            lock.unlock();
        }
    }
}
