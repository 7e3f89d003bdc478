package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Timer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A cloud in a file, shared by processes. A transaction is alone among all of them: it holds the lock of a second file,
 * {@code <name>.lock}, which the system releases when the process dies.
 */
final class StateFile implements CloudStore {

    // A file lock belongs to the process, so threads and providers of one process need one of their own.
    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private static final int ATTEMPTS = 1000;
    private static final int LONGEST_PAUSE_MS = 20;

    private final Path lockFile;
    private final Journal journal;
    private final ReentrantLock lock;
    private final Timer timer;
    private final Executor executor;

    StateFile(Path file, Timer timer, Executor executor) throws IOException {
        var path = file.toAbsolutePath().normalize();
        var directory = path.getParent();
        if (directory == null) {
            throw new IOException(file + " is a directory");
        }
        path = Files.createDirectories(directory).toRealPath().resolve(path.getFileName());
        this.lockFile = path.resolveSibling(path.getFileName() + ".lock");
        this.journal = new Journal(path);
        this.lock = IN_PROCESS.computeIfAbsent(path, key -> new ReentrantLock());
        this.timer = timer;
        this.executor = executor;
    }

    @Override
    public <T> CompletableFuture<T> apply(Transaction<T> transaction) {
        var answer = new CompletableFuture<T>();
        try {
            executor.execute(() -> attempt(transaction, answer, 1));
        } catch (RuntimeException refused) {
            answer.completeExceptionally(refused);
        }
        return answer;
    }

    private <T> void attempt(Transaction<T> transaction, CompletableFuture<T> answer, int attempt) {
        Optional<Done<T>> done;
        try {
            done = locked(transaction);
        } catch (IOException failure) {
            var message = "state of the fake cloud: " + failure.getMessage();
            answer.completeExceptionally(new DriverException(Fault.UNAVAILABLE, message, null, failure));
            return;
        } catch (DriverException | RuntimeException failure) {
            answer.completeExceptionally(failure);
            return;
        }
        if (done.isPresent()) {
            answer.complete(done.get().result());
        } else if (attempt == ATTEMPTS) {
            answer.completeExceptionally(new DriverException(Fault.UNAVAILABLE, "another process keeps " + lockFile));
        } else {
            var pause = Duration.ofMillis(Math.min(attempt, LONGEST_PAUSE_MS));
            timer.after(pause, () -> attempt(transaction, answer, attempt + 1));
        }
    }

    /** Empty when another process has the lock. */
    private <T> Optional<Done<T>> locked(Transaction<T> transaction) throws IOException, DriverException {
        lock.lock();
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var fileLock = channel.tryLock()) {
            return fileLock == null ? Optional.empty() : Optional.of(new Done<>(journal.transact(transaction)));
        } catch (OverlappingFileLockException elsewhere) {
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** A result that may be null. */
    private record Done<T>(T result) {}
}
