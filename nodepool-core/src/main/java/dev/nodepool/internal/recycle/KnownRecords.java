package dev.nodepool.internal.recycle;

import dev.nodepool.internal.provider.KnownThings;
import dev.nodepool.internal.retention.Known;
import dev.nodepool.internal.store.RecordKind;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What all node records know, by the live copy. Lives on the loop. */
public final class KnownRecords implements KnownThings {

    private final Stores stores;
    private final List<CompletableFuture<Known>> waiting = new ArrayList<>();

    /** To be made before the stores are started. */
    public KnownRecords(Stores stores) {
        this.stores = stores;
        stores.onCaughtUp(this::caughtUp);
    }

    private void caughtUp() {
        var known = now();
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(wait -> wait.complete(known));
    }

    @Override
    public CompletableFuture<Known> whenComplete() {
        if (stores.caughtUp()) {
            return CompletableFuture.completedFuture(now());
        }
        var wait = new CompletableFuture<Known>();
        waiting.add(wait);
        return wait;
    }

    @Override
    public Known now() {
        return of(stores);
    }

    static Known of(Stores stores) {
        var readable = new ArrayList<Node>();
        var unreadable = new ArrayList<String>();
        for (var entry : stores.nodes().cache().all()) {
            entry.readable().ifPresentOrElse(readable::add, () -> unreadable.add(entry.id()));
        }
        return Known.of(readable, unreadable);
    }

    /** Whether a text can be the name of a node record. */
    static boolean isNodeId(String text) {
        return RecordKind.NODE.idPattern().matcher(text).matches();
    }
}
