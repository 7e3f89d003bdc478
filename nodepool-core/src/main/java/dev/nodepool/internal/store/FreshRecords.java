package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.StoredRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records as ZooKeeper has them at this moment, without a live copy: for whoever looks once and goes. What can not be
 * read is left out with a warning. Thread-safe.
 */
public final class FreshRecords<T extends StoredRecord> {

    private static final Logger LOG = LoggerFactory.getLogger(FreshRecords.class);

    private final Tree tree;
    private final RecordKind<T, ?, ?> kind;

    public FreshRecords(Tree tree, RecordKind<T, ?, ?> kind) {
        this.tree = tree;
        this.kind = kind;
    }

    /** All readable records, by id. */
    public CompletableFuture<List<Entry<T>>> all() {
        return orElse(tree.children(kind.root()), List.of()).thenCompose(names -> {
            var entries = names.stream().sorted().map(this::one).toList();
            return CompletableFuture.allOf(entries.toArray(CompletableFuture[]::new))
                    .thenApply(x -> entries.stream()
                            .map(CompletableFuture::join)
                            .flatMap(Optional::stream)
                            .toList());
        });
    }

    /** One record; empty when there is none that can be read. */
    public CompletableFuture<Optional<Entry<T>>> one(String id) {
        // What a person types is not always part of a path.
        return Paths.isName(id) && kind.idPattern().matcher(id).matches()
                ? orElse(tree.get(kind.path(id)).thenApply(this::decoded), Optional.empty())
                : CompletableFuture.completedFuture(Optional.empty());
    }

    /** Whether somebody holds the lock of a record or waits for it. */
    public CompletableFuture<Boolean> locked(Entry<T> entry) {
        if (kind.locksInside() && entry.stat().children() == 0) {
            return CompletableFuture.completedFuture(false);
        }
        return orElse(tree.children(kind.lockDir().apply(entry.id())), List.of())
                .thenApply(names -> names.stream()
                        .anyMatch(name -> Contenders.CONTENDER.matcher(name).matches()));
    }

    private Optional<Entry<T>> decoded(Znode znode) {
        try {
            return Optional.of(new Entry<>(znode.name(), kind.decode(znode.name(), znode.data()), "", znode.stat()));
        } catch (Json.Unreadable e) {
            LOG.warn("{} is left out: {}", znode.path(), e.getMessage());
            return Optional.empty();
        }
    }

    private static <R> CompletableFuture<R> orElse(CompletableFuture<R> answer, R whenMissing) {
        return answer.exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(whenMissing)
                : CompletableFuture.failedFuture(failure));
    }
}
