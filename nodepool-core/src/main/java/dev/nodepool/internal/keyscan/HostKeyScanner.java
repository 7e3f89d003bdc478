package dev.nodepool.internal.keyscan;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Lets each scan look at its machine until it answers or its time is over, and a bounded number of them at once. A scan
 * takes a place only while it looks, so machines that are not up yet hold up nobody. While there are no scans there are
 * no timers, threads or sockets.
 */
public final class HostKeyScanner implements HostKeys, AutoCloseable {

    /** Most machines looked at in the same moment. */
    static final int MOST_LOOKS = 100;

    /** From one look at a machine to the next. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final KeySource source;
    private final Loop loop;
    private final Timer timer;
    private final Queue<Scan> waiting = new ArrayDeque<>();
    private final Set<Scan> scans = new HashSet<>();
    private int looks;
    private boolean closed;

    HostKeyScanner(KeySource source, Threads threads) {
        this.source = source;
        loop = new Loop("host keys", threads.shared());
        timer = threads.timerOn(loop);
    }

    /** Scans over the network. */
    public static HostKeyScanner open(Threads threads) {
        return new HostKeyScanner(new SshKeySource(threads), threads);
    }

    /** Lives on the loop, but for the result. */
    private static final class Scan {

        private final Endpoint endpoint;
        private final Duration limit;
        private final CompletableFuture<List<String>> result = new CompletableFuture<>();
        private int attempts;
        private Runnable deadline = () -> {};
        private Runnable pause = () -> {};
        private @Nullable CompletableFuture<List<String>> look;
        private @Nullable Throwable trouble;

        Scan(Endpoint endpoint, Duration limit) {
            this.endpoint = endpoint;
            this.limit = limit;
        }

        void fail(String why) {
            result.completeExceptionally(new KeyScanException(endpoint + ": " + why, trouble));
        }

        void overdue() {
            var wanted = endpoint.hasKeys() ? "no host keys" : "no connection";
            var why = trouble != null
                    ? text(trouble) + " (attempt " + attempts + ")"
                    : attempts > 0 ? "no answer" : "it was never its turn, too many machines are being scanned";
            fail(wanted + " within " + limit.toSeconds() + " s: " + why);
        }

        private static String text(Throwable trouble) {
            var message = trouble.getMessage();
            return message == null ? trouble.getClass().getSimpleName() : message;
        }
    }

    @Override
    public CompletableFuture<List<String>> scan(Endpoint endpoint, Duration limit) {
        var scan = new Scan(endpoint, limit);
        loop.execute(() -> begin(scan));
        scan.result.whenComplete((keys, failure) -> loop.execute(() -> ended(scan)));
        return scan.result;
    }

    private void begin(Scan scan) {
        if (scan.result.isDone()) {
            return;
        }
        if (closed) {
            scan.fail("not scanned, the scanner is closed");
            return;
        }
        scans.add(scan);
        scan.deadline = timer.after(scan.limit, scan::overdue);
        queue(scan);
    }

    private void queue(Scan scan) {
        waiting.add(scan);
        look();
    }

    private void look() {
        while (looks < MOST_LOOKS && !waiting.isEmpty()) {
            look(waiting.remove());
        }
    }

    private void look(Scan scan) {
        looks++;
        var look = source.read(scan.endpoint, scan.attempts++);
        scan.look = look;
        look.whenCompleteAsync((keys, failure) -> looked(scan, keys, failure), loop);
    }

    private void looked(Scan scan, @Nullable List<String> keys, @Nullable Throwable failure) {
        looks--;
        scan.look = null;
        if (keys != null) {
            scan.result.complete(List.copyOf(keys));
        } else if (!scan.result.isDone()) {
            scan.trouble =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            scan.pause = timer.after(PAUSE, () -> {
                if (!scan.result.isDone()) {
                    queue(scan);
                }
            });
        }
        look();
    }

    /** Also when its user or the end of its time ended it, in any state. */
    private void ended(Scan scan) {
        scan.deadline.run();
        scan.pause.run();
        scans.remove(scan);
        waiting.remove(scan);
        if (scan.look != null) {
            scan.look.cancel(false);
        }
    }

    /** Ends all scans; further ones fail at once. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            List.copyOf(scans).forEach(scan -> scan.fail("given up, the scanner is closed"));
        });
    }
}
