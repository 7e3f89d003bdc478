package dev.nodepool.driver.conformance;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An end of waiting, in real time. */
final class Until {

    private final CompletableFuture<Void> end;
    private long pause = 10;

    private Until(Duration limit) {
        end = new CompletableFuture<Void>().completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    static Until in(Duration limit) {
        return new Until(limit);
    }

    boolean over() {
        return end.isDone();
    }

    /** Waits a little before the next look, longer each time: a real cloud does not like to be asked without end. */
    void pause() {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, pause, TimeUnit.MILLISECONDS)
                .join();
        pause = Math.min(pause * 3 / 2 + 1, 1000);
    }
}
