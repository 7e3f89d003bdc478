package dev.nodepool.drivers.fake;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The answers that callers wait for. Thread-safe. */
final class Pending {

    private final Set<CompletableFuture<?>> answers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** An answer to be given; it has failed already when the cloud is closed. */
    <T> CompletableFuture<T> open() {
        var answer = new CompletableFuture<T>();
        answers.add(answer);
        answer.whenComplete((result, failure) -> answers.remove(answer));
        if (closed) {
            fail(answer);
        }
        return answer;
    }

    /** Lets all answers fail that are not given yet; returns how many. */
    int close() {
        closed = true;
        int unfinished = 0;
        for (var answer : answers) {
            if (fail(answer)) {
                unfinished++;
            }
        }
        return unfinished;
    }

    private static boolean fail(CompletableFuture<?> answer) {
        return answer.completeExceptionally(new DriverException(Fault.UNAVAILABLE, "the provider is closed"));
    }
}
