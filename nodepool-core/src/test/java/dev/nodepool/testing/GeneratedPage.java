package dev.nodepool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pages of the documentation that are written by tests, and compared with what is committed. */
public final class GeneratedPage {

    private static final boolean WRITE = Boolean.getBoolean("nodepool.pages.write");

    private GeneratedPage() {}

    /**
     * Compares a page, or writes it with {@code -Dnodepool.pages.write=true}.
     *
     * @param path from the root of the repository
     */
    public static void compare(String path, String content, Class<?> test) {
        var marked = "<!-- Written by " + test.getSimpleName()
                + ": do not edit, run it with -Dnodepool.pages.write=true -->\n" + content;
        var file = root().resolve(path);
        try {
            if (WRITE) {
                Files.writeString(file, marked);
            }
            assertThat(file)
                    .as(
                            "mvn test -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false "
                                    + "-Dnodepool.pages.write=true writes it",
                            test.getSimpleName())
                    .exists();
            assertThat(Files.readString(file))
                    .as("%s is what the code says", path)
                    .isEqualTo(marked);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The root of the repository. */
    public static Path root() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("LICENSE"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}
