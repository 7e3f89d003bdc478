package dev.nodepool.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every planted bug is found by its test: the source file with the bug is compiled beside the real classes and goes before
 * them in a process that runs the test. That the test passes without the bug is for the other tiers to see.
 */
class PlantedBugsHostIT {

    private static final int LIMIT_SECONDS = 240;

    @TempDir
    private Path directory;

    static List<PlantedBug> all() {
        return PlantedBug.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void testFindsThePlantedBug(PlantedBug bug) throws IOException, InterruptedException {
        var classes = compile(bug);
        var output = directory.resolve("output");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Dnodepool.simulation.installations=12",
                        "-cp",
                        classes + File.pathSeparator + System.getProperty("java.class.path"),
                        TestRun.class.getName(),
                        bug.test())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            // One that hangs has found it too, but nobody would know what.
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends", bug.test())
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        var text = Files.readString(output);
        var failed = text.lines().filter(line -> line.startsWith("FAILED ")).toList();
        assertThat(process.exitValue())
                .as("%s with the bug that %s%n%s", bug.test(), bug.bug(), text)
                .isEqualTo(TestRun.FAILED);
        System.out.println("planted bug " + bug + ": found by " + bug.test() + " " + failed.get(0));
    }

    /** @return where the classes of the file with the bug are */
    private Path compile(PlantedBug bug) throws IOException {
        var source = directory.resolve("source").resolve(bug.file());
        var classes = directory.resolve("classes");
        Files.createDirectories(source.getParent());
        Files.createDirectories(classes);
        Files.writeString(source, bug.planted());
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = Stream.of(
                            List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-cp"),
                            List.of(System.getProperty("java.class.path")))
                    .flatMap(List::stream)
                    .toList();
            var messages = new ArrayList<String>();
            var done = compiler.getTask(
                            null,
                            files,
                            message -> messages.add(message.toString()),
                            options,
                            null,
                            files.getJavaFileObjects(source.toFile()))
                    .call();
            assertThat(done).as("%s compiles: %s", bug, messages).isTrue();
        }
        assertThat(Arrays.asList(classes.toFile().list())).isNotEmpty();
        return classes;
    }
}
