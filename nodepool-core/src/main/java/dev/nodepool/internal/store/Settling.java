package dev.nodepool.internal.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Those who wait until nothing is in doubt any more that was in doubt when they came. To be used on the loop. */
final class Settling {

    private record Waiter(Set<String> doubts, CompletableFuture<Void> done) {}

    private final List<Waiter> waiters = new ArrayList<>();

    CompletableFuture<Void> await(Set<String> doubts) {
        var waiter = new Waiter(new HashSet<>(doubts), new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.done();
    }

    /** Lets those go on who have nothing to wait for any more. */
    void look(Predicate<String> inDoubt) {
        if (waiters.isEmpty()) {
            return;
        }
        var ready = new ArrayList<Waiter>();
        for (var waiter : waiters) {
            waiter.doubts().removeIf(id -> !inDoubt.test(id));
            if (waiter.doubts().isEmpty()) {
                ready.add(waiter);
            }
        }
        waiters.removeAll(ready);
        // Whoever goes on may come again at once.
        ready.forEach(waiter -> waiter.done().complete(null));
    }
}
