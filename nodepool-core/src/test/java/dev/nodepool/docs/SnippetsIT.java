package dev.nodepool.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.NodePool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java in the readme and in the guide for embedders is compiled and run, in a process that knows only the library. */
class SnippetsIT {

    private static final String BEFORE = """
            import dev.nodepool.*;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;

            class Snippets {

                static int jobs;

                static void runJobOn(Object... machine) {
                    jobs++;
                }

                public static void main(String[] arguments) throws Exception {
                    String zooKeeper = arguments[0];
            """;

    @TempDir
    Path directory;

    @Test
    void whatTheReadmeAndTheGuideShowRuns() throws Exception {
        var source = new StringBuilder(BEFORE);
        var count = 0;
        for (var document : List.of("README.md", "docs/embedding.md")) {
            for (var snippet : Documents.runnable(Documents.ROOT.resolve(document))) {
                source.append("{\n").append(snippet).append("}\n");
                source.append("System.out.println(\"passed ").append(++count).append("\");\n");
            }
        }
        source.append("System.out.println(\"jobs \" + jobs);\n}\n}\n");
        assertThat(count).isEqualTo(5);
        var file = Files.writeString(directory.resolve("Snippets.java"), source);
        var compiled =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", directory.toString(), file.toString());
        assertThat(compiled).as("%s", source).isZero();

        try (var zooKeeper = EmbeddedZooKeeper.start()) {
            var config = Files.writeString(directory.resolve("nodepool.yaml"), config(zooKeeper.connectString()));
            // The launcher elsewhere that the client needs.
            try (var elsewhere = NodePool.builder().config(config).build().start()) {
                assertThat(elsewhere).isNotNull();
                assertThat(run(zooKeeper.connectString())).contains("passed " + count, "jobs 5");
            }
        }
    }

    private String run(String zooKeeper) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", directory + ":" + System.getProperty("java.class.path"), "Snippets", zooKeeper));
        var output = directory.resolve("output");
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as(() -> read(output))
                    .isTrue();
            assertThat(process.exitValue()).as(() -> read(output)).isZero();
            return read(output);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String config(String zooKeeper) {
        return """
                zookeeper-servers: [{host: 127.0.0.1, port: %1$s}]
                images-dir: %2$s/images
                build-log-dir: %2$s/logs
                labels: [{name: debian-12}]
                diskimages: [{name: debian-12, dib-cmd: '%%p/fake-image-create', env-vars: {TMPDIR: %2$s/tmp}}]
                providers:
                  - name: fake-one
                    driver: fake
                    diskimages: [{name: debian-12}]
                    cloud-images: [{name: debian}]
                    pools:
                      - name: main
                        labels: [{name: debian-12, cloud-image: debian, min-ram: 2048}]
                """.formatted(zooKeeper.split(":")[1], directory);
    }
}
