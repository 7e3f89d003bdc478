package dev.nodepool.internal.dib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.config.BuilderConfig;
import dev.nodepool.config.ConfigLoader;
import dev.nodepool.internal.dib.DibResult.End;
import dev.nodepool.internal.retention.LocalImages.Build;
import dev.nodepool.internal.runtime.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are words for the programs that the builder starts, whatever a shell would make of them. */
class NoShellIT {

    private static final String ID = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(touch pwned)",
                "`touch pwned`",
                "x; touch pwned",
                "x && touch pwned",
                "x | tee pwned",
                "x > pwned",
                "\"; touch pwned; \"",
                "'; touch pwned; '",
                "${IFS}x",
                "*",
                "-rf",
                "%p",
                "~root"
            })
    void nameOfAnImageIsOneWord(String name) throws IOException {
        var images = Files.createDirectories(directory.resolve("images"));
        var yaml = """
                diskimages:
                  - name: %s
                    elements: [vm]
                    release: %s
                    dib-cmd: '%%p/fake-image-create'
                    formats: [raw]
                    env-vars: {TMPDIR: %s, HOSTILE: %s}
                """.formatted(quoted(name), quoted(name), directory.resolve("tmp"), quoted(name));
        var image = new ConfigLoader(List.of(), Map.of())
                .loadText("(test)", yaml)
                .config()
                .diskImages()
                .get(name);
        var order = new BuildOrder(
                image,
                ID,
                images,
                new BuilderConfig(Optional.of(images), Optional.empty(), directory.resolve("logs"), 2));
        try (var threads = Threads.real("dib-test")) {
            var result = DibRuns.real(threads)
                    .start(order)
                    .done()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(result).isEqualTo(new DibResult(0, End.EXITED, ""));
        }
        assertThat(new ImageFiles(images).formats(new Build(name, ID))).containsExactly("raw");
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).doesNotContain("pwned");
        }
        assertThat(Path.of("pwned")).doesNotExist();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
