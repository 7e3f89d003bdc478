package dev.nodepool.internal.provider;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.driver.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Gives every call to a driver an end. Thread-safe. */
public final class Deadline {

    private Deadline() {}

    /**
     * Calls a driver. A driver that throws instead of failing its future, or that never answers, looks the same to the
     * caller: the future fails, after the limit at the latest. Cancelling the result cancels the driver's future.
     *
     * @param what names the call in the message
     */
    public static <T> CompletableFuture<T> call(
            Timer timer, Duration limit, String what, Supplier<CompletableFuture<T>> call) {
        var result = new CompletableFuture<T>();
        CompletableFuture<T> answer;
        try {
            answer = call.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var driver = answer;
        driver.whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(DriverException.from(failure));
            }
        });
        var cancelTimer = timer.after(limit, () -> {
            result.completeExceptionally(
                    new DriverException(Fault.UNCLEAR, what + " did not answer within " + limit.toSeconds() + " s"));
            driver.cancel(true);
        });
        result.whenComplete((value, failure) -> {
            cancelTimer.run();
            if (result.isCancelled()) {
                driver.cancel(true);
            }
        });
        return result;
    }
}
