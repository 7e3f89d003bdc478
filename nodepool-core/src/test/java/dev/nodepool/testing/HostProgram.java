package dev.nodepool.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the host in a process of its own. It ends with the test, at the latest. */
public final class HostProgram implements AutoCloseable {

    private final Process process;
    private final Path output;

    private HostProgram(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** The path of a program or file, which must be there. */
    public static String require(String path, String debianPackage) {
        if (!Files.exists(Path.of(path))) {
            throw new IllegalStateException(path + " is missing: install Debian's package " + debianPackage);
        }
        return path;
    }

    /** Starts a command; what it prints goes to a file. */
    public static HostProgram start(List<String> command) throws IOException {
        var output = Files.createTempFile("host-program", ".out");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        return new HostProgram(process, output);
    }

    /** Starts a Python script of the test resources with Debian's Python and kazoo. */
    public static HostProgram python(Class<?> test, String script, String... arguments) throws IOException {
        var python = require("/usr/bin/python3", "python3");
        require("/usr/lib/python3/dist-packages/kazoo/__init__.py", "python3-kazoo");
        var copy = Files.createTempFile("script", ".py");
        try (var content = test.getResourceAsStream(script)) {
            if (content == null) {
                throw new IllegalArgumentException("no script " + script + " beside " + test);
            }
            Files.write(copy, content.readAllBytes());
        }
        var command = new ArrayList<>(List.of(python, "-u", copy.toString()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a signal, by name. */
    public void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder(require("/bin/sh", "dash"), "-c", "kill -" + name + " " + process.pid()).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("signal " + name + " did not reach process " + process.pid());
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end, not longer than this; says whether it came. */
    public boolean endsWithin(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The exit code; fails when the program does not end in time. */
    public int waitFor(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + limit + "\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
