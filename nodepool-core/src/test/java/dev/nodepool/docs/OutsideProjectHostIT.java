package dev.nodepool.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.EmbeddedZooKeeper;
import dev.nodepool.testing.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project of somebody else, with the library alone on its POM: Maven finds it in a scratch repository, compiles the readme's
 * ten lines, and they run on this JDK and on a newer one where there is one.
 */
class OutsideProjectHostIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String VERSION =
            Objects.requireNonNull(System.getProperty("nodepool.version"), "set by the build");

    @TempDir
    Path directory;

    /** So that nobody who clears the directory has to think about where they lead. */
    @AfterEach
    void removeLinks() throws IOException {
        try (var files = Files.walk(directory, 3)) {
            for (var link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void theReadmesLinesCompileAndRunOutsideOfTheBuild() throws Exception {
        var repository = repository();
        var project = Files.createDirectories(directory.resolve("project"));
        var sources = Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(project.resolve("pom.xml"), pom());
        Files.writeString(sources.resolve("TenLines.java"), program());

        maven(project, repository, "compile");
        maven(project, repository, "dependency:tree", "-DoutputFile=" + project.resolve("tree"));
        maven(project, repository, "dependency:build-classpath", "-Dmdep.outputFile=" + project.resolve("classpath"));

        assertThat(Files.readString(project.resolve("tree")))
                .contains("dev.nodepool:nodepool-core:jar:" + VERSION)
                .doesNotContain("jetty", "picocli", "logback", "openstack4j");
        for (var java : javas()) {
            assertThat(run(java, project)).as("on %s", java).contains("2 jobs");
        }
    }

    /** Links to what the build has fetched, and our own artifacts as an install would put them. */
    private Path repository() throws IOException {
        var fetched = Path.of(Objects.requireNonNull(System.getProperty("maven.repository"), "set by the build"));
        var scratch = Files.createDirectories(directory.resolve("repository"));
        try (var parts = Files.list(fetched)) {
            for (var part : parts.filter(part -> !part.endsWith("dev")).toList()) {
                Files.createSymbolicLink(scratch.resolve(part.getFileName()), part);
            }
        }
        Files.createDirectories(scratch.resolve("dev"));
        try (var parts =
                Files.exists(fetched.resolve("dev")) ? Files.list(fetched.resolve("dev")) : Stream.<Path>of()) {
            for (var part : parts.filter(part -> !part.endsWith("nodepool")).toList()) {
                Files.createSymbolicLink(scratch.resolve("dev").resolve(part.getFileName()), part);
            }
        }
        for (var artifact : List.of("nodepool-driver-spi", "nodepool-core")) {
            var module = Documents.ROOT.resolve(artifact);
            var place = Files.createDirectories(scratch.resolve("dev/nodepool/" + artifact + "/" + VERSION));
            var name = artifact + "-" + VERSION;
            Files.copy(module.resolve("target/" + name + ".jar"), place.resolve(name + ".jar"));
            Files.copy(module.resolve(".flattened-pom.xml"), place.resolve(name + ".pom"));
        }
        return scratch;
    }

    private static String pom() {
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId>
                  <artifactId>ten-lines</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>
                    <dependency>
                      <groupId>dev.nodepool</groupId>
                      <artifactId>nodepool-core</artifactId>
                      <version>%s</version>
                    </dependency>
                  </dependencies>
                  <build>
                    <pluginManagement>
                      <plugins>
                        <plugin><artifactId>maven-resources-plugin</artifactId><version>3.5.0</version></plugin>
                        <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.16.0</version></plugin>
                        <plugin><artifactId>maven-dependency-plugin</artifactId><version>3.11.0</version></plugin>
                      </plugins>
                    </pluginManagement>
                  </build>
                </project>
                """.formatted(VERSION);
    }

    private static String program() throws IOException {
        return """
                import dev.nodepool.*;
                import java.nio.file.Path;
                import java.util.concurrent.*;

                class TenLines {
                    static int jobs;

                    static void runJobOn(Object... machine) {
                        jobs++;
                    }

                    public static void main(String[] arguments) throws Exception {
                        %s
                        System.out.println(jobs + " jobs");
                    }
                }
                """.formatted(
                        Documents.runnable(Documents.ROOT.resolve("README.md")).get(0));
    }

    private static void maven(Path project, Path repository, String... goals) throws Exception {
        var command = new ArrayList<>(List.of(
                HostProgram.require("/usr/bin/mvn", "maven"),
                "-B",
                "-q",
                "-f",
                project.resolve("pom.xml").toString(),
                "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(goals));
        try (var program = HostProgram.start(command)) {
            assertThat(program.waitFor(LIMIT)).as(program::output).isZero();
        }
    }

    /** This JDK, and the newest of the machine when that is another one. */
    private static List<Path> javas() throws IOException {
        var own = Path.of(System.getProperty("java.home"), "bin", "java");
        return Stream.concat(Stream.of(own), newest().stream()).toList();
    }

    private static Optional<Path> newest() throws IOException {
        var all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (var homes = Files.list(all)) {
            return homes.filter(home -> version(home) > Runtime.version().feature())
                    .max((one, two) -> Integer.compare(version(one), version(two)))
                    .map(home -> home.resolve("bin/java"));
        }
    }

    private static int version(Path home) {
        try {
            return Files.readString(home.resolve("release"))
                    .lines()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException noJdk) {
            return 0;
        }
    }

    private String run(Path java, Path project) throws Exception {
        try (var zooKeeper = EmbeddedZooKeeper.start()) {
            Files.writeString(project.resolve("nodepool.yaml"), """
                    zookeeper-servers: [{host: 127.0.0.1, port: %s}]
                    labels: [{name: debian-12}]
                    providers:
                      - name: fake-one
                        cloud: fake
                        cloud-images: [{name: debian}]
                        pools:
                          - name: main
                            labels: [{name: debian-12, cloud-image: debian, min-ram: 2048}]
                    """.formatted(
                            zooKeeper.connectString().split(":")[1]));
            var command = List.of(
                    "/bin/sh",
                    "-c",
                    "cd '%s' && exec '%s' -cp \"target/classes:$(cat classpath)\" TenLines".formatted(project, java));
            try (var program = HostProgram.start(command)) {
                assertThat(program.waitFor(LIMIT)).as(program::output).isZero();
                return program.output();
            }
        }
    }
}
