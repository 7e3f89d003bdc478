package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs small programs, with the rights that diskimage-builder has where that is needed: by sudo if we are not root. Blocks. */
final class Programs {

    private static final long LIMIT_SECONDS = 60;

    private Programs() {}

    /** @throws IOException when the program can not be run, fails or takes too long; says what it said */
    static void runAsRoot(String... command) throws IOException {
        var words = new ArrayList<String>();
        if (!root()) {
            words.addAll(List.of("sudo", "-n"));
        }
        words.addAll(Arrays.asList(command));
        output(words);
    }

    /** What a program says, which needs no rights. */
    static String output(List<String> words) throws IOException {
        var output = Files.createTempFile("nodepool-sweep", ".out");
        try {
            var process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", words) + " did not end within " + LIMIT_SECONDS + " s");
            }
            var said = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", words) + " failed: " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static boolean root() throws IOException {
        var self = Path.of("/proc/self");
        return Files.exists(self)
                ? Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))
                : "root".equals(System.getProperty("user.name"));
    }
}
