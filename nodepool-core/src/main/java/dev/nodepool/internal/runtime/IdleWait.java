package dev.nodepool.internal.runtime;

import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Waits until nothing is under way any more, but not for ever. Lives on the loop of what it waits for. */
public final class IdleWait {

    private final Timer timer;
    private final BooleanSupplier idle;
    private CompletableFuture<Void> waiting = CompletableFuture.completedFuture(null);

    /** @param timer acts on the loop */
    public IdleWait(Timer timer, BooleanSupplier idle) {
        this.timer = timer;
        this.idle = idle;
    }

    /** Completes when nothing is under way, at the latest after the limit. */
    public CompletableFuture<Void> within(Duration limit) {
        var result = new CompletableFuture<Void>();
        waiting = result;
        look();
        var cancel = result.isDone() ? (Runnable) () -> {} : timer.after(limit, () -> result.complete(null));
        return result.whenComplete((x, failure) -> cancel.run());
    }

    /** To be called when something has ended. */
    public void look() {
        if (!waiting.isDone() && idle.getAsBoolean()) {
            waiting.complete(null);
        }
    }
}
