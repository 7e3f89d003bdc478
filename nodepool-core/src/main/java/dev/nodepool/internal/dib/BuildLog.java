package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log files of an image's builds: one each, the newest of them kept. Blocks. */
final class BuildLog {

    private static final Logger LOG = LoggerFactory.getLogger(BuildLog.class);

    private final Path directory;
    private final String image;

    BuildLog(Path directory, String image) {
        this.directory = directory;
        this.image = image;
    }

    Path file(String build) {
        return directory.resolve(image + "-" + build + ".log");
    }

    /** Makes room for the log of the next build. */
    Path prepare(String build, int retention) throws IOException {
        Files.createDirectories(directory);
        if (retention >= 0) {
            prune(Math.max(1, retention));
        }
        return file(build);
    }

    /** Ids are hex digits, so that logs of an image whose name begins like ours are told apart. */
    private void prune(int kept) throws IOException {
        var ours = Pattern.compile(Pattern.quote(image) + "-[0-9a-f]+\\.log");
        try (var files = Files.list(directory)) {
            var old = files.filter(
                            file -> ours.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparing(BuildLog::modified).reversed())
                    .skip(kept)
                    .toList();
            for (var file : old) {
                LOG.info("Deleting old build log {}", file);
                Files.deleteIfExists(file);
            }
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException goneMeanwhile) {
            return 0;
        }
    }

    /** Adds what a reader of the log looks for at its end. */
    static void end(Path file, int status) throws IOException {
        Files.write(
                file,
                ("Exit code: " + status + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
