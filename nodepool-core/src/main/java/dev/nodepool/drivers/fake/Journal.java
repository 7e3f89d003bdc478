package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * A cloud in a file that grows by one line per change and is written anew when most of it is history.
 *
 * <p>A writer that is killed leaves at most an unfinished last line, which readers skip and the next writer cuts off.
 * Each rewriting is a new file with a new generation in its first line, put in place in one step; who finds a
 * generation it does not know reads everything again. Not thread-safe: {@link StateFile} sees to it that one thread of
 * one process is here at a time.
 */
final class Journal {

    private static final String MAGIC = "nodepool-fake-cloud 1 ";
    private static final int HEADER =
            MAGIC.length() + UUID.randomUUID().toString().length() + 1;
    private static final int HISTORY = 500;

    private final Path file;
    private final CloudState state = new CloudState();
    private String generation = "";
    private long end;
    private int lines;

    Journal(Path file) {
        this.file = file;
    }

    /**
     * Brings the state up to date, runs the transaction on it and keeps its changes.
     *
     * @throws IOException when the file can not be used; nothing is kept of the transaction then
     */
    <T> T transact(CloudStore.Transaction<T> transaction) throws IOException, DriverException {
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            catchUp(channel);
            T result;
            try {
                result = transaction.run(state);
            } finally {
                keep(channel);
            }
            return result;
        } catch (IOException | RuntimeException failure) {
            // What is in memory may be ahead of the file, so it counts for nothing.
            generation = "";
            throw failure;
        }
    }

    private void catchUp(FileChannel channel) throws IOException {
        var header = header(channel);
        if (!header.equals(generation)) {
            state.clear();
            generation = header;
            end = HEADER;
            lines = 0;
        }
        var bytes = read(channel, end, channel.size());
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                state.replay(JournalLine.read(new String(bytes, from, i - from, StandardCharsets.UTF_8)));
                lines++;
                from = i + 1;
            }
        }
        end += from;
    }

    private String header(FileChannel channel) throws IOException {
        var text = new String(read(channel, 0, Math.min(HEADER, channel.size())), StandardCharsets.UTF_8);
        if (text.length() == HEADER && text.startsWith(MAGIC) && text.endsWith("\n")) {
            return text;
        }
        if (text.length() == HEADER
                || !(text + MAGIC.substring(Math.min(text.length(), MAGIC.length()))).startsWith(MAGIC)) {
            throw new IOException(file + " is not a state file of the fake cloud");
        }
        // New, or its first writer was killed before the first line was complete.
        var header = newHeader();
        channel.truncate(0);
        write(channel, 0, header);
        return header;
    }

    private void keep(FileChannel channel) throws IOException {
        var changes = state.takeChanges();
        if (changes.isEmpty()) {
            return;
        }
        if (lines + changes.size() > HISTORY + 4 * state.size()) {
            rewrite();
            return;
        }
        if (channel.size() > end) {
            channel.truncate(end);
        }
        end += write(channel, end, text(changes));
        lines += changes.size();
    }

    private void rewrite() throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        var header = newHeader();
        var all = state.snapshot();
        long written;
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            written = write(channel, 0, header + text(all));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        generation = header;
        end = written;
        lines = all.size();
    }

    private static String newHeader() {
        return MAGIC + UUID.randomUUID() + "\n";
    }

    private static String text(List<Change> changes) {
        var text = new StringBuilder();
        changes.forEach(change -> text.append(JournalLine.write(change)).append('\n'));
        return text.toString();
    }

    private static byte[] read(FileChannel channel, long from, long to) throws IOException {
        var buffer = ByteBuffer.allocate(Math.toIntExact(to - from));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            continue;
        }
        return buffer.array();
    }

    private static long write(FileChannel channel, long at, String text) throws IOException {
        var buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
        return buffer.position();
    }
}
