package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.view.DrainView;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A live copy of the orders that providers or pools take nothing new. Lives on the loop. */
public final class Drains {

    private final DocumentCache documents;
    private final Runnable changed;
    private List<DrainView> orders = List.of();

    Drains(Tree tree, Loop loop, Timer timer, Runnable changed) {
        this.changed = changed;
        documents = new DocumentCache(
                tree,
                loop,
                timer,
                Layout.DRAINS,
                path -> path.startsWith(Layout.DRAINS + "/"),
                DrainOrders::isProvider,
                this::documentsChanged);
    }

    private void documentsChanged() {
        orders = DrainOrders.of(documents.documents());
        changed.run();
    }

    /** The order that a pool is under, that of its provider first. */
    public Optional<DrainView> of(String provider, @Nullable String pool) {
        return orders.stream().filter(order -> order.covers(provider, pool)).findFirst();
    }

    boolean caughtUp() {
        return documents.caughtUp();
    }

    long oddDocuments() {
        return documents.oddDocuments();
    }

    void connected() {
        documents.connected();
    }

    void disconnected() {
        documents.disconnected();
    }
}
