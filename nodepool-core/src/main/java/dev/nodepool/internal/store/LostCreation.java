package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A sequential record whose creation was not answered: found again by the mark that it alone carries, since others may
 * have written into it already, or without a mark by its content.
 */
final class LostCreation {

    private static final List<String> MARKS = List.of(Node.LAUNCH_TOKEN, "event_id");

    private static final int READ_AT_A_TIME = 64;

    private final Tree tree;
    private final long session;
    private final RecordKind<?, ?, ?> kind;
    private final String newest;
    private final Document document;

    /** @param newest the highest number known before it was made */
    LostCreation(Tree tree, long session, RecordKind<?, ?, ?> kind, String newest, Document document) {
        this.tree = tree;
        this.session = session;
        this.kind = kind;
        this.newest = newest;
        this.document = document;
    }

    /** Completes when it is certain whether it was made. */
    CompletableFuture<Optional<Znode>> found() {
        return Sessions.persist(tree, session, tree::sync)
                .thenCompose(x -> Sessions.persist(tree, session, () -> tree.children(kind.root())))
                .thenCompose(names -> among(names.stream()
                        .filter(name -> OwnWrites.number(name).compareTo(newest) > 0)
                        .sorted(Comparator.comparing(OwnWrites::number))
                        .toList()));
    }

    private CompletableFuture<Optional<Znode>> among(List<String> names) {
        if (names.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        var now = names.subList(0, Math.min(READ_AT_A_TIME, names.size()));
        var reads = now.stream().map(this::read).toList();
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenCompose(x -> {
            var found = reads.stream()
                    .map(CompletableFuture::join)
                    .flatMap(Optional::stream)
                    .filter(this::isIt)
                    .findFirst();
            return found.isPresent()
                    ? CompletableFuture.completedFuture(found)
                    : among(names.subList(now.size(), names.size()));
        });
    }

    private boolean isIt(Znode znode) {
        try {
            var read = Json.read(znode.data());
            var mark = MARKS.stream()
                    .filter(name -> document.text(name).isPresent())
                    .findFirst();
            return mark.map(name -> document.text(name).equals(read.text(name))).orElseGet(() -> read.equals(document));
        } catch (Json.Unreadable others) {
            return false;
        }
    }

    private CompletableFuture<Optional<Znode>> read(String name) {
        return Sessions.persist(tree, session, () -> tree.get(kind.path(name)))
                .handle(LostCreation::outcome)
                .thenCompose(x -> x);
    }

    private static CompletableFuture<Optional<Znode>> outcome(@Nullable Znode znode, @Nullable Throwable failure) {
        return znode != null || failure != null && TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(Optional.ofNullable(znode))
                : CompletableFuture.failedFuture(failure);
    }
}
