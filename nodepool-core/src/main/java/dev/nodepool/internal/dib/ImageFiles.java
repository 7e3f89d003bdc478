package dev.nodepool.internal.dib;

import dev.nodepool.internal.retention.LocalImages.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The files of builds in the directory of images. Blocks; safe to be done twice. */
public final class ImageFiles {

    /** diskimage-builder names this one format by half. */
    private static final String SQUASHFS = "squashfs";

    private static final Pattern NAME = Pattern.compile("(?<image>.+)-(?<id>[0-9a-f]{32}|[0-9]{10})\\.(?<rest>.+)");
    private static final List<String> SUMS = List.of(".md5", ".sha256");

    private final Path directory;

    public ImageFiles(Path directory) {
        this.directory = directory;
    }

    /** The image in one format; it need not exist. */
    public Path image(Build build, String format) {
        return directory.resolve(base(build) + "." + (format.equals(SQUASHFS) ? "squash" : format));
    }

    public Path md5(Build build, String format) {
        return sum(build, format, ".md5");
    }

    public Path sha256(Build build, String format) {
        return sum(build, format, ".sha256");
    }

    private Path sum(Build build, String format, String kind) {
        var image = image(build, format);
        return image.resolveSibling(image.getFileName() + kind);
    }

    /** Whether there is an image in a format, with something in it. */
    public boolean has(Build build, String format) {
        var file = image(build, format);
        try {
            return Files.isRegularFile(file) && Files.size(file) > 0;
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    /** Bytes an image takes on disk, which for a sparse one are fewer than it is long. */
    public long allocated(Build build, String format) throws IOException {
        return DiskUsage.of(image(build, format));
    }

    /** All builds that have anything here. */
    public Set<Build> builds() throws IOException {
        var builds = new HashSet<Build>();
        each(file -> {
            var match = NAME.matcher(file.getFileName().toString());
            if (match.matches()) {
                builds.add(new Build(match.group("image"), match.group("id")));
            }
        });
        return builds;
    }

    /** The formats of a build that have a file here. */
    public Set<String> formats(Build build) throws IOException {
        var formats = new TreeSet<String>();
        var prefix = base(build) + ".";
        each(file -> {
            var name = file.getFileName().toString();
            if (name.startsWith(prefix) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isSum(name)) {
                var format = name.substring(prefix.length());
                formats.add(format.equals("squash") ? SQUASHFS : format);
            }
        });
        return formats;
    }

    private static boolean isSum(String name) {
        return SUMS.stream().anyMatch(name::endsWith);
    }

    /** Deletes one format with its sums. */
    public void delete(Build build, String format) throws IOException {
        Files.deleteIfExists(image(build, format));
        Files.deleteIfExists(md5(build, format));
        Files.deleteIfExists(sha256(build, format));
    }

    /** Deletes everything of a build: images, sums, manifests, and what was half made. */
    public void delete(Build build) throws IOException {
        var prefix = base(build) + ".";
        var ours = new HashSet<Path>();
        each(file -> {
            if (file.getFileName().toString().startsWith(prefix)) {
                ours.add(file);
            }
        });
        for (var file : ours) {
            FileTree.delete(file);
        }
    }

    private static String base(Build build) {
        return build.image() + "-" + build.id();
    }

    private interface Visit {
        void at(Path file) throws IOException;
    }

    private void each(Visit visit) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                visit.at(file);
            }
        }
    }
}
