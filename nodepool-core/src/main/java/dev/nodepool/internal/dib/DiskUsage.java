package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much room a file takes. Java does not tell, {@code stat} does. Blocks. */
final class DiskUsage {

    private static final int BLOCK = 512;

    private DiskUsage() {}

    /** Allocated bytes; where nobody tells, the length of the file. */
    static long of(Path file) throws IOException {
        try {
            return Long.parseLong(Programs.output(List.of("stat", "-c", "%b", file.toString()))) * BLOCK;
        } catch (IOException | NumberFormatException noSuchProgram) {
            return Files.size(file);
        }
    }
}
