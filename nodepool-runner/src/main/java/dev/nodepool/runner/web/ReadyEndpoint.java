package dev.nodepool.runner.web;

import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Tells whether the launcher is fully started: 500 at first, then 200, which stays.
 *
 * <p>A provider that can not be started holds 200 back only for a limited time. The others work all the same, and who
 * waits for this answer before a rolling restart goes on must not wait for ever.
 */
public final class ReadyEndpoint implements Endpoint {

    /** Where probes look. */
    public static final String PATH = "/ready";

    private final Supplier<Readiness> readiness;
    private final InstantSource clock;
    private final Instant patienceEnds;
    private volatile boolean ready;

    /**
     * Starts the time limit.
     *
     * @param readiness the state of the start
     * @param failedProviderTimeout how long a failed provider holds readiness back
     */
    public ReadyEndpoint(Supplier<Readiness> readiness, Duration failedProviderTimeout, InstantSource clock) {
        this.readiness = readiness;
        this.clock = clock;
        this.patienceEnds = clock.instant().plus(failedProviderTimeout);
    }

    @Override
    public CompletableFuture<Answer> answer(Query query) {
        Answer now = now();
        // The bare text, whatever is asked for: probes compare it.
        String type = Accept.of(query).filter(best -> best == Accept.JSON).isPresent() ? Answer.JSON : Answer.TEXT;
        return CompletableFuture.completedFuture(new Answer(now.status(), type, now.body(), now.headers())
                .with("Last-Modified", HttpDate.of(clock.instant()))
                .unkept());
    }

    Answer now() {
        Readiness now = readiness.get();
        if (!ready && (now.ready() || onlyFailuresAreLeft(now))) {
            ready = true;
        }
        String troubles = lines("failed: ", now.failed()) + lines("note: ", now.remarks());
        return ready
                ? Answer.ok("OK" + troubles)
                : Answer.text(500, "not ready" + lines("waiting for: ", now.waitingFor()) + troubles);
    }

    private boolean onlyFailuresAreLeft(Readiness now) {
        return now.waitingFor().isEmpty()
                && !now.failed().isEmpty()
                && !clock.instant().isBefore(patienceEnds);
    }

    private static String lines(String prefix, List<String> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append('\n').append(prefix).append(entry));
        return lines.toString();
    }
}
