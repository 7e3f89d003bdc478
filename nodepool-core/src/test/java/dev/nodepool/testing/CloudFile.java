package dev.nodepool.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What is in a fake cloud that is kept in a file. The file is a journal: what was made less what is gone, by id. */
public final class CloudFile {

    private CloudFile() {}

    /** Ids of the machines; none before the first use of the cloud. */
    public static Set<String> machines(Path file) throws IOException {
        return things(file, "server");
    }

    /** Ids of the images; none before the first use of the cloud. */
    public static Set<String> images(Path file) throws IOException {
        return things(file, "image");
    }

    private static Set<String> things(Path file, String kind) throws IOException {
        var ids = new TreeSet<String>();
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                var fields = line.split("\t");
                if (fields[0].equals(kind)) {
                    ids.add(fields[1]);
                } else if (fields[0].equals("-" + kind)) {
                    ids.remove(fields[1]);
                }
            }
        }
        return ids;
    }
}
