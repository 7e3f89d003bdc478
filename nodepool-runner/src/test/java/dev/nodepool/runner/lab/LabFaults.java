package dev.nodepool.runner.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The switches by which the lab does harm; their names and the rules of the proxy are in {@code docs/lab.md}. */
record LabFaults(Path directory) {

    /** Switches a fault on. It is in force for the next call or boot. */
    void on(String name, String argument) throws IOException {
        // Moved into place, so that nobody reads half of it.
        var draft = Files.writeString(directory.resolveSibling("fault.draft"), argument);
        Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Replaces the rules of the proxy. */
    void proxy(String... rules) throws IOException {
        on("proxy", String.join("\n", List.of(rules)) + "\n");
    }

    /** Switches all faults off. */
    void clear() throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }
}
