package dev.nodepool.internal.recycle;

import dev.nodepool.internal.retention.Caution;
import dev.nodepool.internal.retention.Thing;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ZooKeeper holds of the search for leaks at one provider: how it stands, and perhaps an order of a person.
 *
 * @param version of the znode that says how it stands
 * @param ordered things that an order confirms, empty without an order
 * @param orderVersion of the znode of the order, -1 without one
 */
record SweepRecord(String provider, SweepState state, int version, Set<Thing> ordered, int orderVersion) {

    private static final Logger LOG = LoggerFactory.getLogger(SweepRecord.class);

    /** Reads it; the znode itself must exist, which it does for whoever holds the lock. */
    static CompletableFuture<SweepRecord> read(Tree tree, String provider) {
        return tree.get(Layout.sweep(provider))
                .thenCompose(znode -> order(tree, provider).thenApply(order -> of(provider, znode, order)));
    }

    private static CompletableFuture<Optional<Znode>> order(Tree tree, String provider) {
        return tree.get(Layout.sweepOrder(provider))
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    private static SweepRecord of(String provider, Znode znode, Optional<Znode> order) {
        return new SweepRecord(
                provider,
                document(znode).map(SweepState::of).orElse(SweepState.NONE),
                znode.stat().version(),
                new HashSet<>(order.flatMap(SweepRecord::document)
                        .map(doc -> SweepState.things(doc, SweepState.HELD))
                        .orElse(List.of())),
                order.map(o -> o.stat().version()).orElse(-1));
    }

    private static Optional<Document> document(Znode znode) {
        if (znode.data().length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(znode.data()));
        } catch (Json.Unreadable e) {
            LOG.warn("{} is written anew: {}", znode.path(), e.getMessage());
            return Optional.empty();
        }
    }

    /** What was known before, with what a person has said since. */
    Caution caution() {
        var caution = state.caution();
        var confirmed = new HashSet<>(caution.confirmed());
        confirmed.addAll(ordered);
        return new Caution(caution.withheld(), confirmed, caution.trusted());
    }

    /** Stores how it stands now and takes the order away, in one step; writes nothing when nothing is new. */
    CompletableFuture<Void> replace(Tree tree, SweepState now) {
        var ops = new ArrayList<Op>();
        if (orderVersion >= 0 || !now.equals(state)) {
            ops.add(new Op.Set(Layout.sweep(provider), Json.write(now.document()), version));
        }
        if (orderVersion >= 0) {
            ops.add(new Op.Delete(Layout.sweepOrder(provider), orderVersion));
        }
        return ops.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : tree.multi(ops).thenApply(x -> null);
    }
}
