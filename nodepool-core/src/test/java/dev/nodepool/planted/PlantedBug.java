package dev.nodepool.planted;

import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A bug as somebody might make it, and the test that has to find it.
 *
 * @param name of its file
 * @param bug what goes wrong, for people
 * @param file source file that it is in, from the root of the sources
 * @param test class that finds it
 * @param instead text that occurs once in the file
 * @param stands what the bug has in its place
 */
record PlantedBug(String name, String bug, String file, String test, String instead, String stands) {

    private static final Pattern FORMAT = Pattern.compile(
            "bug: (.*)\nfile: (.*)\ntest: (.*)\n--- instead of\n(.*)\n--- stands\n(.*)\n", Pattern.DOTALL);

    /** All there are, in the order of their names. */
    static List<PlantedBug> all() {
        try (var files = Files.list(GeneratedPage.root().resolve("nodepool-core/src/test/resources/planted-bugs"))) {
            return files.sorted().map(PlantedBug::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PlantedBug read(Path path) {
        try {
            var match = FORMAT.matcher(Files.readString(path));
            if (!match.matches()) {
                throw new AssertionError(path + " is not written as a planted bug is");
            }
            return new PlantedBug(
                    path.getFileName().toString().replace(".txt", ""),
                    match.group(1),
                    match.group(2),
                    match.group(3),
                    match.group(4),
                    match.group(5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String source() {
        try {
            return Files.readString(
                    GeneratedPage.root().resolve("nodepool-core/src/main/java").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source with the bug. */
    String planted() {
        return source().replace(instead, stands);
    }

    /** How often the place where it belongs is found: once, unless the code has changed since. */
    int places() {
        var source = source();
        return (source.length() - source.replace(instead, "").length()) / instead.length();
    }

    @Override
    public String toString() {
        return name;
    }
}
