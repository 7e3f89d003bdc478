package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.StoredRecord;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Making records whose names the server numbers. Every future completes on the loop. */
final class RecordCreation<T extends StoredRecord> {

    private final Tree tree;
    private final Loop loop;
    private final RecordKind<T, ?, ?> kind;
    private final RecordCache<T> cache;

    RecordCreation(Tree tree, Loop loop, RecordKind<T, ?, ?> kind, RecordCache<T> cache) {
        this.tree = tree;
        this.loop = loop;
        this.kind = kind;
        this.cache = cache;
    }

    /** Makes a record once, in a session that must not change. */
    CompletableFuture<Entry<T>> create(String prefix, Document document, Tree.Mode mode, long session) {
        var data = Json.write(document);
        var newest = cache.newest();
        var begun = cache.beginCreation();
        return tree.create(kind.path(prefix), data, mode, session)
                .handleAsync(
                        (znode, failure) -> {
                            var made = znode == null ? null : new Znode(znode.path(), data, znode.stat());
                            cache.endCreation(begun, made);
                            if (made != null) {
                                return CompletableFuture.completedFuture(entry(made, document));
                            }
                            return TreeException.codeOf(Objects.requireNonNull(failure)) == Code.CONNECTION_LOSS
                                    ? lookedUp(prefix, document, mode, session, newest)
                                    : CompletableFuture.<Entry<T>>failedFuture(failure);
                        },
                        loop)
                .thenCompose(x -> x);
    }

    /** Makes a record only while a lock is held. */
    CompletableFuture<Entry<T>> createUnder(LockHandle guard, Document document) {
        var begun = cache.beginCreation();
        return tree.multi(
                        List.of(
                                new Op.Check(guard.contender(), -1),
                                new Op.Create(kind.path(""), Json.write(document), Tree.Mode.PERSISTENT_SEQUENTIAL)),
                        guard.session())
                .thenCompose(done -> tree.get(done.get(1).path()))
                .handleAsync(
                        (znode, failure) -> {
                            cache.endCreation(begun, znode);
                            return znode == null
                                    ? CompletableFuture.<Entry<T>>failedFuture(failure)
                                    : CompletableFuture.completedFuture(entry(znode, document));
                        },
                        loop)
                .thenCompose(x -> x);
    }

    private CompletableFuture<Entry<T>> lookedUp(
            String prefix, Document document, Tree.Mode mode, long session, String newest) {
        return new LostCreation(tree, session, kind, newest, document)
                .found()
                .thenComposeAsync(
                        found -> found.isPresent()
                                ? CompletableFuture.completedFuture(entry(found.get(), document))
                                : create(prefix, document, mode, session),
                        loop);
    }

    private Entry<T> entry(Znode znode, Document written) {
        try {
            return new Entry<>(znode.name(), kind.decode(znode.name(), znode.data()), "", znode.stat());
        } catch (Json.Unreadable othersWrote) {
            return new Entry<>(znode.name(), kind.of().apply(znode.name(), written), "", znode.stat());
        }
    }
}
