package dev.nodepool.examples.process;

import dev.nodepool.driver.LaunchSpec;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A process and its directory, whose name is the machine's id. The directory appears with the marks in it, and the process
 * itself writes its number there before it does anything: whenever a launcher dies, the next one finds what there is.
 */
record Machine(Path directory) {

    private static final String MARKS = "marks";
    private static final String NUMBER = "pid";
    private static final String CONSOLE = "console";
    private static final String BEGUN = ".begun-";
    /** What a launcher that died has begun and not announced; the age is that of the last change beside it. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    /** Writes a machine down, without a process. */
    static Machine announce(Path all, LaunchSpec spec) throws IOException {
        var id = UUID.randomUUID().toString();
        var begun = Files.createDirectories(all.resolve(BEGUN + id));
        var marks = new Properties();
        marks.putAll(spec.metadata());
        try (var out = Files.newOutputStream(begun.resolve(MARKS))) {
            marks.store(out, null);
        }
        return new Machine(Files.move(begun, all.resolve(id), StandardCopyOption.ATOMIC_MOVE));
    }

    static List<Machine> all(Path directory) throws IOException {
        var machines = new ArrayList<Machine>();
        try (var entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (var entry : entries) {
                var machine = new Machine(entry);
                if (!machine.id().startsWith(BEGUN)) {
                    machines.add(machine);
                } else if (machine.olderThan(ABANDONED)) {
                    machine.remove();
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return machines;
    }

    private boolean olderThan(Duration age) throws IOException {
        var now = Files.getLastModifiedTime(directory.getParent()).toInstant();
        return Files.getLastModifiedTime(directory).toInstant().plus(age).isBefore(now);
    }

    String id() {
        return directory.getFileName().toString();
    }

    /** Starts its process; what is answered may not have written its number yet. */
    Process start(List<String> command) throws IOException {
        var line = new ArrayList<>(List.of(
                "sh",
                "-c",
                "echo $$ > \"$0.new\" && mv \"$0.new\" \"$0\" && exec \"$@\"",
                directory.resolve(NUMBER).toAbsolutePath().toString()));
        line.addAll(command);
        return new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(CONSOLE).toFile())
                .start();
    }

    /** Its process; empty when it has none yet, or no more. */
    Optional<ProcessHandle> process() throws IOException {
        var file = directory.resolve(NUMBER);
        try {
            var since = Files.getLastModifiedTime(file).toInstant().plus(CLOCKS_DIFFER);
            // A number may have been given to somebody else since, who began later.
            return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> process.info()
                            .startInstant()
                            .filter(since::isBefore)
                            .isEmpty());
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
    }

    /** The marks it was launched with; empty when it is gone. */
    Optional<Map<String, String>> marks() throws IOException {
        var marks = new Properties();
        try (var in = Files.newInputStream(directory.resolve(MARKS))) {
            marks.load(in);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
        return Optional.of(marks.stringPropertyNames().stream().collect(Collectors.toMap(x -> x, marks::getProperty)));
    }

    Optional<String> console() throws IOException {
        try {
            return Optional.of(Files.readString(directory.resolve(CONSOLE)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** Forgets it. Done twice at the same time, both succeed. */
    void remove() {
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (NoSuchFileException gone) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
