package dev.nodepool.internal.dib;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Finds and ends processes that belong to a working directory: those that have it in their environment, with all of their
 * sessions, since a run has a session of its own; and those for which it is the root of all files. Somebody who only looks
 * at it, with a shell there, is left alone. Knows Linux only; elsewhere it finds nothing. Blocks.
 */
final class Processes {

    private static final Path PROC = Path.of("/proc");
    private static final int ROUNDS = 10;
    private static final long ROUND_SECONDS = 2;

    /**
     * What /proc says of a process.
     *
     * @param named whether it has the directory in its environment
     * @param inside whether its root lies in it
     */
    private record Found(long pid, long session, boolean named, boolean inside) {}

    private final Path work;

    Processes(Path work) {
        this.work = work;
    }

    /** @throws IOException when some of them live on */
    void end() throws IOException {
        for (var round = 0; round < ROUNDS; round++) {
            var alive = alive();
            if (alive.isEmpty()) {
                return;
            }
            kill(alive);
        }
        var left = alive();
        if (!left.isEmpty()) {
            throw new IOException("processes " + left + " of " + work + " do not end");
        }
    }

    /** Ends the processes of a session, whatever they have to do with the directory. */
    static void endSession(long session) throws IOException {
        for (var round = 0; round < ROUNDS; round++) {
            var members = all(Path.of("/nowhere")).stream()
                    .filter(p -> p.session() == session)
                    .map(Found::pid)
                    .toList();
            if (members.isEmpty()) {
                return;
            }
            kill(members);
        }
    }

    List<Long> alive() throws IOException {
        var all = all(work);
        var sessions = all.stream().filter(Found::named).map(Found::session).collect(Collectors.toSet());
        return all.stream()
                .filter(p -> p.inside() || sessions.contains(p.session()))
                .map(Found::pid)
                .toList();
    }

    private static void kill(List<Long> pids) throws IOException {
        var command = new ArrayList<>(List.of("sh", "-c", "kill -KILL \"$@\" 2>/dev/null || :", "kill"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        Programs.runAsRoot(command.toArray(String[]::new));
        for (var pid : pids) {
            await(pid);
        }
    }

    private static void await(long pid) {
        var handle = ProcessHandle.of(pid);
        if (handle.isEmpty()) {
            return;
        }
        try {
            handle.get().onExit().get(ROUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException looksAgainInTheNextRound) {
            return;
        }
    }

    private static List<Found> all(Path work) throws IOException {
        var found = new ArrayList<Found>();
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return found;
        }
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var entry : entries) {
                read(entry, work).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Found> read(Path entry, Path work) {
        try {
            var stat = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name is in parentheses and may hold anything, also parentheses.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            if (fields[0].equals("Z") || fields[0].equals("X")) {
                return Optional.empty();
            }
            var pid = Long.parseLong(entry.getFileName().toString());
            return Optional.of(
                    new Found(pid, Long.parseLong(fields[3]), names(entry, work), below(entry.resolve("root"), work)));
        } catch (IOException goneMeanwhile) {
            return Optional.empty();
        }
    }

    private static boolean names(Path entry, Path work) {
        try {
            var environment = Files.readString(entry.resolve("environ"), StandardCharsets.ISO_8859_1);
            var wanted = new String(work.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0TMPDIR=" + wanted + "\0");
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static boolean below(Path link, Path work) {
        try {
            return Files.readSymbolicLink(link).startsWith(work);
        } catch (IOException notOurs) {
            return false;
        }
    }
}
