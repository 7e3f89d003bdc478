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

    /**
     * Compares a part of a page, between two marks, or writes it with {@code -Dnodepool.pages.write=true}.
     *
     * @param path from the root of the repository
     */
    public static void compareSection(String path, String name, String content, Class<?> test) {
        var begin = "<!-- " + name + ": written by " + test.getSimpleName() + " with -Dnodepool.pages.write=true -->\n";
        var end = "<!-- end of " + name + " -->";
        try {
            var file = root().resolve(path);
            var page = Files.readString(file);
            assertThat(page).as(path).contains(begin, end);
            var from = page.indexOf(begin) + begin.length();
            var to = page.indexOf(end, from);
            if (WRITE) {
                Files.writeString(file, page.substring(0, from) + content + page.substring(to));
            } else {
                assertThat(page.substring(from, to))
                        .as("%s in %s is what the code says", name, path)
                        .isEqualTo(content);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A part of a page as it is. */
    public static String section(String path, String name) {
        try {
            var page = Files.readString(root().resolve(path));
            var from = page.indexOf("<!-- " + name + ": ");
            return page.substring(page.indexOf('\n', from) + 1, page.indexOf("<!-- end of " + name + " -->"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether pages are to be written now. */
    public static boolean writing() {
        return WRITE;
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
