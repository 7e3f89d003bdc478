package dev.nodepool.docs;

import dev.nodepool.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents of the repository. */
final class Documents {

    static final Path ROOT = GeneratedPage.root();

    private static final Pattern JAVA = Pattern.compile("(<!-- runnable -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);

    private Documents() {}

    static List<Path> all() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> examples = Files.walk(ROOT.resolve("examples"))) {
            return Stream.of(top, docs, examples)
                    .flatMap(files -> files)
                    .filter(file ->
                            file.toString().endsWith(".md") && !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    /** The Java in a document that can be run: all of the readme, elsewhere what is marked. */
    static List<String> runnable(Path document) throws IOException {
        var all = document.getFileName().toString().equals("README.md");
        return JAVA.matcher(Files.readString(document))
                .results()
                .filter(block -> all || block.group(1) != null)
                .map(block -> block.group(2))
                .toList();
    }
}
