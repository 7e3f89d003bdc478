package dev.nodepool.internal.inventory;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.store.Stores;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Makes sure that the copy of all nodes has everything that was written before: by a predecessor, or by ourselves when the
 * answer was lost. A slot that is entered on an older copy might be entered twice. Lives on the loop.
 */
final class FreshCopy {

    private static final Duration AGAIN = Duration.ofMillis(200);

    private FreshCopy() {}

    /** Completes on the loop; fails when the session is over. */
    static CompletableFuture<Void> ofNodes(Stores stores, long session) {
        return Sessions.connected(stores.tree(), session)
                .thenCompose(x -> stores.tree().children(Layout.NODES))
                .thenComposeAsync(names -> known(stores, session, names), stores.loop());
    }

    private static CompletableFuture<Void> known(Stores stores, long session, List<String> names) {
        var nodes = stores.nodes().cache();
        var current = names.stream().allMatch(name -> nodes.get(name) != null && !nodes.outdated(name));
        if (current && stores.caughtUp()) {
            return CompletableFuture.completedFuture(null);
        }
        var later = new CompletableFuture<Void>();
        stores.threads().timerOn(stores.loop()).after(AGAIN, () -> later.complete(null));
        return later.thenCompose(x -> ofNodes(stores, session));
    }
}
