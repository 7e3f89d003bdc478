package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** The name under which the images of a directory are known: it belongs to the directory, not to a process. Blocks. */
public final class BuilderId {

    private static final String FILE = "builder_id.txt";

    private BuilderId() {}

    /** Reads it, or makes it with the directory. */
    public static String of(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        try {
            var id = Files.readString(file, StandardCharsets.UTF_8);
            if (id.isBlank()) {
                throw new IOException(file + " is empty; delete it, and images built before are left to nobody");
            }
            return id;
        } catch (NoSuchFileException e) {
            return make(directory, file);
        }
    }

    private static String make(Path directory, Path file) throws IOException {
        Files.createDirectories(directory);
        var fresh = Files.createTempFile(directory, FILE, ".new");
        try {
            Files.writeString(fresh, UUID.randomUUID().toString(), StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
