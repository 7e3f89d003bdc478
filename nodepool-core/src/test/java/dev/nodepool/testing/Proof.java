package dev.nodepool.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Figures of what tests have tried: told at the end of the build and kept in docs/reliability.md. */
public final class Proof {

    private static final Path DIRECTORY = Path.of("target", "proof");

    private Proof() {}

    /**
     * Takes note of a figure; of the same name the last one counts.
     *
     * @param what names it for people
     * @param figure as it is shown
     */
    public static void note(String what, String figure) {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(DIRECTORY.resolve(what.replaceAll("[^A-Za-z0-9]+", "-")), what + "\t" + figure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same for a number. */
    public static void note(String what, long figure) {
        note(what, Long.toString(figure));
    }

    /** What the tests of a module have taken note of, by name. */
    public static Map<String, String> of(String module) {
        var directory = GeneratedPage.root().resolve(module).resolve(DIRECTORY);
        var figures = new TreeMap<String, String>();
        if (Files.isDirectory(directory)) {
            try (var files = Files.list(directory)) {
                for (var file : files.toList()) {
                    var parts = Files.readString(file).split("\t", 2);
                    figures.put(parts[0], parts[1]);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return figures;
    }
}
