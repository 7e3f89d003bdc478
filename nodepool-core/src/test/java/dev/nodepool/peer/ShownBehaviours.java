package dev.nodepool.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tests of all modules that name rows of the acceptance list. They are found in the sources, since the modules that
 * come later in the build can not be seen from here.
 */
final class ShownBehaviours {

    private static final Pattern MARK =
            Pattern.compile("^ +@Behaviour\\(([^)]*)\\).*?\\bvoid (\\w+)\\(", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("\"(\\w+)\"");

    private ShownBehaviours() {}

    /** Tests by row, each as {@code Class.method}. */
    static Map<String, TreeSet<String>> in(Path root) {
        var tests = new TreeMap<String, TreeSet<String>>();
        for (var file : sources(root)) {
            var className = file.getFileName().toString().replace(".java", "");
            var mark = MARK.matcher(read(file));
            while (mark.find()) {
                var test = className + "." + mark.group(2);
                ROW.matcher(mark.group(1))
                        .results()
                        .forEach(row -> tests.computeIfAbsent(row.group(1), r -> new TreeSet<>())
                                .add(test));
            }
        }
        return tests;
    }

    private static List<Path> sources(Path root) {
        try (var modules = Files.list(root)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ShownBehaviours::tests)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> tests(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
