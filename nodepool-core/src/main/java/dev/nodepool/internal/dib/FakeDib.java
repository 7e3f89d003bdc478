package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The fake diskimage-builder that this library brings along for trials: a script, put on disk when it is first wanted. */
final class FakeDib {

    private static final String SCRIPT = "fake-image-create";

    private static @Nullable Path directory;

    private FakeDib() {}

    /** The directory that holds the script, of this process alone. */
    static synchronized Path directory() throws IOException {
        var known = directory;
        if (known == null) {
            known = make();
            directory = known;
        }
        return known;
    }

    private static Path make() throws IOException {
        var made = Files.createTempDirectory("nodepool-fake-dib");
        var script = made.resolve(SCRIPT);
        try (var content = FakeDib.class.getResourceAsStream(SCRIPT)) {
            if (content == null) {
                throw new IOException(SCRIPT + " is missing in the library");
            }
            Files.write(script, content.readAllBytes());
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Deleted in reverse order.
        made.toFile().deleteOnExit();
        script.toFile().deleteOnExit();
        return made;
    }
}
