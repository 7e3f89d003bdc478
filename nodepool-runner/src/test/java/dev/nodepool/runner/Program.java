package dev.nodepool.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A program of the built jar in a process of its own; dies with the test. */
public final class Program implements AutoCloseable {

    /** A build in the background ignores SIGINT, its children inherit that, and a JVM then never listens to it. */
    private static final List<String> LISTENING = listening();

    private final Process process;
    private final Path directory;

    private Program(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Starts the jar with this test's Java. */
    public static Program startJar(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Objects.requireNonNull(System.getProperty("nodepool.jar"), "set by the build")));
        command.addAll(List.of(args));
        return start(command, Map.of());
    }

    /** Starts a command with additional environment variables. */
    public static Program start(List<String> command, Map<String, String> environment) throws IOException {
        Path directory = Files.createTempDirectory("nodepool-program");
        List<String> interruptible = new ArrayList<>(LISTENING);
        interruptible.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(interruptible)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().putAll(environment);
        return new Program(builder.start(), directory);
    }

    private static List<String> listening() {
        List<String> prefix = List.of("env", "--default-signal=INT");
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            return new ProcessBuilder(trial).start().waitFor() == 0 ? prefix : List.of();
        } catch (IOException noSuchProgram) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String out() {
        return read("out");
    }

    public String err() {
        return read("err");
    }

    /** Both streams, for messages of failed assertions. */
    public String told() {
        return "--- out\n" + out() + "--- err\n" + err();
    }

    public void awaitOut(String text, Duration limit) {
        await().atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(told()).contains(text));
    }

    /** Exit code of the process, which must end in time. */
    public int waitFor(Duration limit) throws InterruptedException {
        assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                .as(this::told)
                .isTrue();
        return process.exitValue();
    }

    /** Lets it run for a time; fails when it ends by itself. */
    public void runFor(Duration time) throws InterruptedException {
        assertThat(process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS))
                .as(this::told)
                .isFalse();
    }

    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(directory.resolve("out"));
        Files.deleteIfExists(directory.resolve("err"));
        Files.deleteIfExists(directory);
    }

    private String read(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
