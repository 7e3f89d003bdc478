package dev.nodepool.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start scripts on a tree of their own, with a Java and a Maven that only note how they were called. */
final class StartScriptIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path TARGET = Path.of("nodepool-runner/target");

    /** Notes that it ran, and writes what it was told to write. */
    private static final String REHEARSAL = "echo rehearsed >>\"$ROOT/rehearsals\"; ${DURING:-true};"
            + " for option; do case $option in -XX:ArchiveClassesAtExit=*) echo classes >\"${option#*=}\";; esac; done;"
            + " exit ${RESULT:-0}";

    @TempDir
    private Path root;

    @BeforeEach
    void layOutTheTree() throws IOException {
        Path bin = Files.createDirectories(root.resolve("bin"));
        Path project = Path.of("").toAbsolutePath().getParent();
        for (String script : List.of("nodepool", "nodepool-launcher", "nodepool-builder", "common.sh", "daemon.sh")) {
            Files.copy(project.resolve("bin").resolve(script), bin.resolve(script));
        }
        Files.createDirectories(root.resolve("core/src/main"));
        Files.createFile(root.resolve("pom.xml"));
        Files.createFile(root.resolve("core/pom.xml"));
        Path home = Files.createDirectories(root.resolve("jdk/bin")).getParent();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        script(
                "jdk/bin/java",
                "echo \"java $*\"; case \"$*\" in *--detached*) $DAEMON;; *rehearse) " + REHEARSAL + ";; esac");
        script("path/mvn", "echo built >>\"$ROOT/builds\"; : >\"$ROOT/nodepool-runner/target/nodepool.jar\"");
    }

    @Test
    void buildsAJarThatIsMissing() throws Exception {
        assertThat(run("nodepool", "config-validate")).contains("nodepool.jar config-validate");
        assertThat(root.resolve("builds")).hasContent("built");
    }

    @Test
    void doesNotBuildAJarThatIsCurrent() throws Exception {
        run("nodepool", "x");
        run("nodepool", "x");
        assertThat(root.resolve("builds")).hasContent("built");
    }

    @Test
    void buildsAgainAfterASourceHasChanged() throws Exception {
        run("nodepool", "x");
        Path source = Files.createFile(root.resolve("core/src/main/A.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
        run("nodepool", "x");
        assertThat(root.resolve("builds")).hasContent("built\nbuilt");
    }

    @Test
    void buildsOnceWhenTwoAreStartedAtOnce() throws Exception {
        script("path/mvn", "sleep 1; echo built >>\"$ROOT/builds\"; : >\"$ROOT/nodepool-runner/target/nodepool.jar\"");
        try (Program first = start(Map.of(), "nodepool", "x");
                Program second = start(Map.of(), "nodepool", "x")) {
            assertThat(first.waitFor(LIMIT)).as(first::told).isZero();
            assertThat(second.waitFor(LIMIT)).as(second::told).isZero();
        }
        assertThat(root.resolve("builds")).hasContent("built");
    }

    @Test
    void refusesAnOldJava() throws Exception {
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");
        try (Program program = start(Map.of(), "nodepool", "x")) {
            assertThat(program.waitFor(LIMIT)).isEqualTo(1);
            assertThat(program.err()).contains("Java 11.0.2").contains("17 or newer");
        }
    }

    @Test
    void runsInTheForegroundWhenAsked() throws Exception {
        assertThat(run("nodepool-launcher", "-c", "a.yaml", "-f"))
                .contains("nodepool.jar launcher -c a.yaml -f")
                .doesNotContain("--detached");
    }

    @Test
    void returnsOnceTheDaemonSaysThatItHasStarted() throws Exception {
        try (Program program =
                start(Map.of("DAEMON", "eval echo nodepool: started >&2; sleep 2"), "nodepool-launcher", "-c", "-f")) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            assertThat(program.told()).doesNotContain("started");
        }
    }

    @Test
    void showsTheErrorsAndTheExitCodeOfADaemonThatDoesNotStart() throws Exception {
        try (Program program = start(Map.of("DAEMON", "eval echo broken >&2; exit 7"), "nodepool-launcher")) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isEqualTo(7);
            assertThat(program.err()).contains("broken");
        }
    }

    @Test
    void letsTheDaemonBeInterruptedThoughItsStarterIgnoresThat() throws Exception {
        script("jdk/bin/java", "sed -n 's/^SigIgn:.*\\(.\\)$/last digit of the ignored \\1/p' /proc/$$/status");
        String launcher = root.resolve("bin/nodepool-launcher").toString();
        try (Program program =
                Program.start(List.of("sh", "-c", "trap '' INT; exec \"$0\" -f", launcher), environment(Map.of()))) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            assertThat(program.out()).contains("last digit of the ignored 0");
        }
    }

    @Test
    void makesTheClassArchiveOnceAndUsesItFromThenOn() throws Exception {
        assertThat(run("nodepool", "x")).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(run("nodepool", "x")).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(root.resolve("rehearsals")).hasContent("rehearsed");
        assertThat(archive()).hasContent("classes");
    }

    @Test
    void makesAnotherArchiveForAnotherJarAndRemovesTheOldOne() throws Exception {
        run("nodepool", "x");
        Path old = archive();
        Files.writeString(root.resolve(TARGET).resolve("nodepool.jar"), "another");
        run("nodepool", "x");
        assertThat(archive()).isNotEqualTo(old);
        assertThat(root.resolve("rehearsals")).hasContent("rehearsed\nrehearsed");
    }

    @Test
    void startsWithoutAnArchiveAfterARehearsalThatFailedAndDoesNotTryAgain() throws Exception {
        for (int start = 0; start < 2; start++) {
            try (Program program = start(Map.of("RESULT", "1"), "nodepool", "x")) {
                assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
                assertThat(program.out()).contains("nodepool.jar x").doesNotContain("SharedArchiveFile");
            }
        }
        assertThat(root.resolve("rehearsals")).hasContent("rehearsed");
    }

    @Test
    void triesAgainAfterARehearsalThatWasInterrupted() throws Exception {
        try (Program program = start(Map.of("RESULT", "143"), "nodepool", "x")) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            assertThat(program.out()).doesNotContain("SharedArchiveFile");
        }
        assertThat(run("nodepool", "x")).contains("SharedArchiveFile");
    }

    @Test
    void doesNotWaitForTheArchiveThatAnotherStartMakes() throws Exception {
        Path go = root.resolve("go");
        Map<String, String> slow = Map.of("DURING", "eval until [ -e " + go + " ]; do sleep 0.1; done");
        run("nodepool", "--version");
        Files.delete(archive());
        Files.delete(root.resolve("rehearsals"));
        try (Program first = start(slow, "nodepool", "x")) {
            await().atMost(LIMIT).until(() -> Files.exists(root.resolve("rehearsals")));
            try (Program second = start(Map.of(), "nodepool", "x")) {
                assertThat(second.waitFor(LIMIT)).as(second::told).isZero();
                assertThat(second.out()).contains("nodepool.jar x").doesNotContain("SharedArchiveFile");
            }
            Files.createFile(go);
            assertThat(first.waitFor(LIMIT)).as(first::told).isZero();
            assertThat(first.out()).contains("-XX:SharedArchiveFile=" + archive());
        }
        assertThat(root.resolve("rehearsals")).hasContent("rehearsed");
    }

    @Test
    void makesAnArchiveAnewThatIsCutOff() throws Exception {
        run("nodepool", "x");
        Files.writeString(archive(), "");
        assertThat(run("nodepool", "x")).contains("-XX:SharedArchiveFile=" + archive());
        assertThat(root.resolve("rehearsals")).hasContent("rehearsed\nrehearsed");
    }

    @Test
    void startsWithoutAnArchiveWhereItCanNotWrite() throws Exception {
        run("nodepool", "x");
        try (Program program = start(Map.of("NODEPOOL_CACHE_DIR", "/proc/self/fd"), "nodepool", "x")) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            assertThat(program.out()).contains("nodepool.jar x").doesNotContain("SharedArchiveFile");
            assertThat(program.err()).isEmpty();
        }
    }

    @Test
    void keepsTheArchiveWhereItIsTold() throws Exception {
        Path cache = Files.createDirectory(root.resolve("cache"));
        try (Program program = start(Map.of("NODEPOOL_CACHE_DIR", cache.toString()), "nodepool", "x")) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            assertThat(program.out()).contains("-XX:SharedArchiveFile=" + cache + "/nodepool-17.0.1-");
        }
    }

    @Test
    void anInstalledJarIsNeverBuilt() throws Exception {
        Files.createFile(Files.createDirectory(root.resolve("lib")).resolve("nodepool.jar"));
        assertThat(run("nodepool", "x")).contains(root.resolve("lib/nodepool.jar") + " x");
        assertThat(root.resolve("builds")).doesNotExist();
    }

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(TARGET))) {
            return files.filter(file -> file.toString().endsWith(".jsa"))
                    .reduce((one, other) -> {
                        throw new AssertionError("two archives: " + one + " and " + other);
                    })
                    .orElseThrow(() -> new AssertionError("no archive"));
        }
    }

    private String run(String script, String... args) throws IOException, InterruptedException {
        try (Program program = start(Map.of(), script, args)) {
            assertThat(program.waitFor(LIMIT)).as(program::told).isZero();
            return program.out();
        }
    }

    private Program start(Map<String, String> more, String script, String... args) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(root.resolve("bin").resolve(script).toString()));
        command.addAll(List.of(args));
        return Program.start(command, environment(more));
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("ROOT", root.toString());
        environment.put("JAVA_HOME", root.resolve("jdk").toString());
        environment.put("PATH", root.resolve("path") + ":" + System.getenv("PATH"));
        return environment;
    }

    private void script(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
