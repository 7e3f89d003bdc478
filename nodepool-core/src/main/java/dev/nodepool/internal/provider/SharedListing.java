package dev.nodepool.internal.provider;

import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Listing;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One listing feeds all who ask: those who ask while one is under way share the next, so that everybody gets an answer
 * that was begun after the question. Thread-safe.
 */
final class SharedListing {

    private final Supplier<CompletableFuture<Listing<Instance>>> list;
    private boolean underWay;
    private @Nullable CompletableFuture<Listing<Instance>> next;

    SharedListing(Supplier<CompletableFuture<Listing<Instance>>> list) {
        this.list = list;
    }

    CompletableFuture<Listing<Instance>> get() {
        CompletableFuture<Listing<Instance>> mine;
        synchronized (this) {
            if (underWay) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next.copy();
            }
            underWay = true;
            mine = new CompletableFuture<>();
        }
        run(mine);
        return mine.copy();
    }

    private void run(CompletableFuture<Listing<Instance>> answer) {
        list.get().whenComplete((listing, failure) -> {
            CompletableFuture<Listing<Instance>> following;
            synchronized (this) {
                following = next;
                next = null;
                underWay = following != null;
            }
            if (failure == null) {
                answer.complete(listing);
            } else {
                answer.completeExceptionally(failure);
            }
            if (following != null) {
                run(following);
            }
        });
    }
}
