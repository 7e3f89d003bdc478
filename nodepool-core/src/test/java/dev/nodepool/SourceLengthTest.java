package dev.nodepool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Small files keep one reason to change each. */
final class SourceLengthTest {

    private static final int LIMIT = 500;

    @Test
    void noSourceFileOfAnyModuleIsLongerThanTheLimit() throws IOException {
        Path project = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> files =
                Files.walk(project, 2).filter(Files::isDirectory).flatMap(SourceLengthTest::sources)) {
            List<Path> tooLong =
                    files.distinct().filter(file -> lines(file) > LIMIT).toList();
            assertThat(tooLong).isEmpty();
        }
    }

    private static Stream<Path> sources(Path module) {
        Path sources = module.resolve("src/main/java");
        if (!Files.isDirectory(sources)) {
            return Stream.empty();
        }
        try {
            return Files.walk(sources).filter(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
