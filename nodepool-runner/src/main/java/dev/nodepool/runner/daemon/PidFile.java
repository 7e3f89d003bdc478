package dev.nodepool.runner.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The file that names the running daemon, so that a second one does not start.
 *
 * <p>It counts as held while the process it names lives, as it does for the daemons of Python, which lock nothing. Beside
 * it lies a file {@code .lock}, locked while the daemon runs and never removed, which closes the gap between looking and
 * writing. The pid file itself can not carry the lock: it is removed at the end, and on Linux a process loses its lock
 * when it closes any other handle of the same file.
 */
public final class PidFile implements AutoCloseable {

    private final Path path;
    private final FileChannel lock;

    private PidFile(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Writes the number of this process into the file. A file left over by a dead process is taken over.
     *
     * @param patience how long to wait for the process that holds it to end
     * @throws IOException when the file is held or can not be written; the message is for the operator
     */
    public static PidFile acquire(Path path, Duration patience) throws IOException, InterruptedException {
        try {
            Optional<ProcessHandle> holder = holder(path);
            if (holder.isPresent() && !ends(holder.get(), patience)) {
                throw new HeldException(path, "process " + holder.get().pid());
            }
            return lockAndWrite(path);
        } catch (HeldException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("can not write pid file %s: %s".formatted(path, e), e);
        }
    }

    private static PidFile lockAndWrite(Path path) throws IOException {
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        FileChannel lock = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(lock)) {
                throw new HeldException(path, "another process");
            }
            Files.writeString(path, ProcessHandle.current().pid() + "\n");
            return new PidFile(path, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** Removes the file and lets go of the lock. */
    @Override
    public void close() throws IOException {
        try (lock) {
            Files.deleteIfExists(path);
        }
    }

    private static Optional<ProcessHandle> holder(Path path) throws IOException {
        String text;
        try {
            text = Files.readString(path).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        // The first process of a container has the same number at every start: our own number is a leftover.
        return ProcessHandle.of(Long.parseLong(text))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.pid() != ProcessHandle.current().pid());
    }

    private static boolean ends(ProcessHandle process, Duration patience) throws InterruptedException {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Can not wait for process " + process.pid(), e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // A second daemon in this very process.
            return false;
        }
    }

    private static final class HeldException extends IOException {

        private static final long serialVersionUID = 1L;

        HeldException(Path path, String holder) {
            super("pid file %s is held by %s; is the daemon running already?".formatted(path, holder));
        }
    }
}
