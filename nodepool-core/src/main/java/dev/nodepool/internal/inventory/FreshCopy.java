package dev.nodepool.internal.inventory;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.store.Stores;
import java.util.concurrent.CompletableFuture;

/**
 * Makes sure that the copy of all nodes has everything that was written before: by a predecessor, or by ourselves when the
 * answer was lost. A slot that is entered on an older copy might be entered twice. Lives on the loop.
 */
final class FreshCopy {

    private FreshCopy() {}

    /** Completes on the loop; fails when the session is over, or on any trouble with ZooKeeper. */
    static CompletableFuture<Void> ofNodes(Stores stores, long session) {
        // The server answers in order: with any answer of the session, the events of all that was before have come.
        return Sessions.connected(stores.tree(), session)
                .thenCompose(x -> stores.tree().exists(Layout.NODES))
                .thenComposeAsync(x -> stores.nodes().cache().settled(), stores.loop())
                .whenCompleteAsync((x, failure) -> {}, stores.loop());
    }
}
