package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes a working directory with all that may hang on it, in the order that is safe: processes, mounts, loop devices, and
 * files last, since a mounted directory shows things of the host. Blocks; may be done any number of times.
 */
final class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final Path BLOCK_DEVICES = Path.of("/sys/block");
    private static final Path MAPPER = Path.of("/dev/mapper");

    /** Mounts stack, and each round takes the upper ones away. */
    private static final int ROUNDS = 10;

    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    private final Path work;

    private Sweep(Path work) {
        this.work = work;
    }

    /** @throws IOException when the text names no directory that a build could have */
    static Sweep of(String text) throws IOException {
        try {
            var work = Path.of(text);
            if (work.isAbsolute()
                    && work.getFileName() != null
                    && work.getFileName().toString().startsWith("nodepool-")) {
                return new Sweep(work.normalize());
            }
        } catch (InvalidPathException e) {
            throw new IOException(text + " is no directory of a build: " + e.getReason(), e);
        }
        throw new IOException(text + " is no directory of a build");
    }

    void run() throws IOException {
        new Processes(work).end();
        unmount();
        detach();
        if (Files.exists(work, LinkOption.NOFOLLOW_LINKS)) {
            delete();
        }
    }

    private void delete() throws IOException {
        try {
            FileTree.delete(work);
        } catch (IOException filesOfRoot) {
            Programs.runAsRoot("rm", "-rf", "--one-file-system", "--", work.toString());
        }
    }

    private void unmount() throws IOException {
        for (var round = 0; round < ROUNDS; round++) {
            var mounts = mounts(work);
            if (mounts.isEmpty()) {
                return;
            }
            Collections.reverse(mounts);
            for (var mount : mounts) {
                LOG.warn("Unmounting {}, which a build left behind", mount);
                Programs.runAsRoot("umount", "-l", mount);
            }
        }
        if (!mounts(work).isEmpty()) {
            throw new IOException("something stays mounted below " + work);
        }
    }

    /** Mounts at or below a directory, in the order they were made. */
    static List<String> mounts(Path directory) throws IOException {
        var mounts = new ArrayList<String>();
        if (!Files.exists(MOUNTS)) {
            return mounts;
        }
        for (var line : Files.readAllLines(MOUNTS, StandardCharsets.UTF_8)) {
            var place = unescaped(line.split(" ")[1]);
            if (Path.of(place).startsWith(directory)) {
                mounts.add(place);
            }
        }
        return mounts;
    }

    private static String unescaped(String text) {
        return OCTAL.matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(match.group(1), 8))));
    }

    private void detach() throws IOException {
        for (var loop : loops(work)) {
            LOG.warn("Detaching /dev/{}, which a build left behind", loop);
            unmap(loop);
            Programs.runAsRoot("losetup", "-d", "/dev/" + loop);
        }
    }

    /** Names of loop devices whose file lies below a directory. */
    static List<String> loops(Path directory) throws IOException {
        var loops = new ArrayList<String>();
        if (!Files.isDirectory(BLOCK_DEVICES)) {
            return loops;
        }
        try (var devices = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
            for (var device : devices) {
                var backing = device.resolve("loop").resolve("backing_file");
                if (Files.exists(backing)) {
                    var file = Files.readString(backing, StandardCharsets.UTF_8).strip();
                    if (file.startsWith(directory + "/")) {
                        loops.add(device.getFileName().toString());
                    }
                }
            }
        }
        return loops;
    }

    /** Names of partitions that were mapped to nodes or links of their own. */
    private static void unmap(String loop) throws IOException {
        if (!Files.isDirectory(MAPPER)) {
            return;
        }
        try (var maps = Files.newDirectoryStream(MAPPER, loop + "p*")) {
            for (var map : maps) {
                if (Files.isSymbolicLink(map)
                        && Files.readSymbolicLink(map).toString().contains("/" + loop + "p")) {
                    Programs.runAsRoot("rm", "-f", "--", map.toString());
                } else {
                    Programs.runAsRoot("dmsetup", "remove", map.getFileName().toString());
                }
            }
        }
    }
}
