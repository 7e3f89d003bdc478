package dev.nodepool.runner.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the fault proxy wrote down: every call of every client that uses it. */
record ProxyLog(Path file) {

    /** The end of the log, to read from later. */
    long mark() throws IOException {
        return Files.size(file);
    }

    /** The calls that ended since the mark. */
    Calls since(long mark) throws IOException {
        var bytes = Files.readAllBytes(file);
        var text = new String(bytes, (int) mark, (int) (bytes.length - mark), StandardCharsets.UTF_8);
        // A line without its end is still being written.
        return new Calls(text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Call::parse)
                .toList());
    }

    /**
     * One call.
     *
     * @param seconds time of its arrival, since 1970
     * @param operation service, method and path, ids replaced by {@code ID} and parameters removed
     * @param outcome status of the answer, or how the proxy kept it back; ends with {@code by rule} when a rule decided
     */
    record Call(double seconds, String operation, String path, String outcome) {

        static Call parse(String line) {
            var words = line.split(" ", 5);
            var path = words[3];
            var bare = path.replaceAll("\\?.*", "")
                    .replaceAll("[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", "ID")
                    .replaceAll("/v(2|2\\.0|2\\.1|3)(?=/)", "");
            return new Call(Double.parseDouble(words[0]), words[1] + " " + words[2] + " " + bare, path, words[4]);
        }
    }

    record Calls(List<Call> all) {

        /** How often each operation was called. */
        Map<String, Long> counts() {
            return all.stream().collect(Collectors.groupingBy(Call::operation, TreeMap::new, Collectors.counting()));
        }

        long count(String operation) {
            return of(operation).all.size();
        }

        Calls of(String operation) {
            return new Calls(all.stream()
                    .filter(call -> call.operation.equals(operation))
                    .toList());
        }

        Calls without(String operation) {
            return new Calls(all.stream()
                    .filter(call -> !call.operation.equals(operation))
                    .toList());
        }

        /** Those whose outcome holds a text. */
        Calls ended(String outcome) {
            return new Calls(
                    all.stream().filter(call -> call.outcome.contains(outcome)).toList());
        }

        /** The most calls that arrived within a time. */
        long mostWithin(double seconds) {
            return all.stream()
                    .mapToLong(first -> all.stream()
                            .filter(call -> call.seconds >= first.seconds && call.seconds < first.seconds + seconds)
                            .count())
                    .max()
                    .orElse(0);
        }
    }
}
