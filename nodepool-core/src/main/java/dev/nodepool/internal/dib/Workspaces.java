package dev.nodepool.internal.dib;

import dev.nodepool.internal.retention.LocalImages.Build;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The directories in which builds keep what is temporary. Each is noted beside the images before it is made, so that after a
 * crash it can be found and swept, with the processes, mounts and loop devices that belong to it. Blocks.
 */
public final class Workspaces {

    private static final String NOTES = ".nodepool-runs";

    private final Path imagesDir;

    public Workspaces(Path imagesDir) {
        this.imagesDir = imagesDir;
    }

    private Path note(Build build) {
        return imagesDir.resolve(NOTES).resolve(build.image() + "-" + build.id());
    }

    /**
     * Makes a directory for a build.
     *
     * @param root where temporary files are wanted
     */
    public Path open(Build build, Path root) throws IOException {
        Files.createDirectories(root);
        // Mounts and loop devices are listed by their real path.
        var work = root.toRealPath().resolve("nodepool-" + build.image() + "-" + build.id());
        Files.createDirectories(imagesDir.resolve(NOTES));
        Files.writeString(note(build), work.toString(), StandardCharsets.UTF_8);
        Files.createDirectories(work);
        return work;
    }

    /** The builds whose directory was made and not swept. */
    public Set<Build> left() throws IOException {
        var left = new HashSet<Build>();
        try (var notes = Files.newDirectoryStream(imagesDir.resolve(NOTES))) {
            for (var note : notes) {
                var name = note.getFileName().toString();
                var end = name.lastIndexOf('-');
                if (end > 0) {
                    left.add(new Build(name.substring(0, end), name.substring(end + 1)));
                }
            }
        } catch (NoSuchFileException nothingWasEverMade) {
            return left;
        }
        return left;
    }

    /**
     * Ends everything that still uses the directory of a build and removes it; nothing to do is fine.
     *
     * @throws IOException when something stays; to be done again later
     */
    public void sweep(Build build) throws IOException {
        var note = note(build);
        if (!Files.exists(note)) {
            return;
        }
        var work = Files.readString(note, StandardCharsets.UTF_8).strip();
        if (!work.isEmpty()) {
            Sweep.of(work).run();
        }
        Files.deleteIfExists(note);
    }
}
