package dev.nodepool.internal.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the program that has a say about each upload. Blocks. */
final class PostUploadHook {

    private static final Logger LOG = LoggerFactory.getLogger(PostUploadHook.class);

    private PostUploadHook() {}

    /**
     * Runs it.
     *
     * @param stopped whether nobody wants to wait any longer; asked every second
     * @throws IOException when it can not be run, refuses, takes too long, or is given up
     */
    static void run(String hook, String provider, String externalId, Path file, Duration limit, BooleanSupplier stopped)
            throws IOException {
        var output = Files.createTempFile("nodepool-hook", ".out");
        try {
            var process = new ProcessBuilder(hook, provider, externalId, file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            var ended = ended(process, limit, stopped);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            Files.readString(output, StandardCharsets.UTF_8).lines().forEach(line -> LOG.info("{}: {}", hook, line));
            if (!ended) {
                throw new IOException(hook + " did not end within " + limit.toSeconds() + " s, or was given up");
            }
            if (process.exitValue() != 0) {
                throw new IOException(hook + " refused the upload with exit status " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static boolean ended(Process process, Duration limit, BooleanSupplier stopped) throws InterruptedException {
        for (var left = limit.toSeconds(); left > 0 && !stopped.getAsBoolean(); left--) {
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                return true;
            }
        }
        return !process.isAlive();
    }
}
