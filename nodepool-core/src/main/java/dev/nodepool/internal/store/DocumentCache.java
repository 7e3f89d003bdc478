package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live copy of documents that others write and nobody here changes: registrations, image uploads. Same rules as
 * {@link RecordCache}, without locks.
 */
public final class DocumentCache {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentCache.class);

    private final Tree tree;
    private final Loop loop;
    private final String root;
    private final Predicate<String> wanted;
    private final Predicate<String> entered;
    private final Runnable changed;
    private final Map<String, Document> documents = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> oddReported = new HashSet<>();
    private long watchedSession;
    private int walk;
    private boolean caughtUp;

    /**
     * @param wanted which paths below the root hold documents
     * @param entered which paths below the root have children that are looked at
     * @param changed run on the loop after every change, and when the copy is whole
     */
    public DocumentCache(
            Tree tree, Loop loop, String root, Predicate<String> wanted, Predicate<String> entered, Runnable changed) {
        this.tree = tree;
        this.loop = loop;
        this.root = root;
        this.wanted = wanted;
        this.entered = entered;
        this.changed = changed;
    }

    public boolean caughtUp() {
        return caughtUp;
    }

    /** Documents by path, sorted; a view that follows the copy. */
    public Map<String, Document> documents() {
        return Collections.unmodifiableMap(documents);
    }

    /** How many documents could not be read so far, each counted once. */
    public int oddDocuments() {
        return oddReported.size();
    }

    public void disconnected() {
        caughtUp = false;
        walk++;
    }

    public void connected() {
        var turn = ++walk;
        caughtUp = false;
        var session = tree.session().id();
        var watch = session == watchedSession
                ? CompletableFuture.<@Nullable Object>completedFuture(null)
                : tree.watch(root, change -> loop.execute(() -> changed(change)))
                        .<@Nullable Object>thenApply(w -> w);
        watchedSession = session;
        seen.clear();
        CompletableFuture.allOf(watch, enter(root, turn))
                .whenCompleteAsync((x, failure) -> walked(turn, failure), loop);
    }

    private CompletableFuture<Void> enter(String path, int turn) {
        return tree.children(path)
                .handleAsync(
                        (names, failure) -> {
                            if (names != null) {
                                return all(path, names, turn);
                            }
                            return TreeException.codeOf(Objects.requireNonNull(failure)) == Code.NO_NODE
                                    ? CompletableFuture.<Void>completedFuture(null)
                                    : CompletableFuture.<Void>failedFuture(failure);
                        },
                        loop)
                .thenCompose(x -> x);
    }

    private CompletableFuture<Void> all(String path, List<String> names, int turn) {
        return CompletableFuture.allOf(names.stream()
                .map(name -> path + "/" + name)
                .map(child -> {
                    seen.add(child);
                    return wanted.test(child)
                            ? read(child)
                            : entered.test(child) ? enter(child, turn) : CompletableFuture.completedFuture(null);
                })
                .toArray(CompletableFuture[]::new));
    }

    private void walked(int turn, @Nullable Throwable failure) {
        if (turn != walk) {
            return;
        }
        if (failure != null) {
            watchedSession = 0;
            LOG.warn(
                    "Reading all of {} failed, to be repeated after the next connection: {}",
                    root,
                    String.valueOf(failure));
            return;
        }
        documents.keySet().retainAll(seen);
        caughtUp = true;
        changed.run();
    }

    private void changed(Tree.Change change) {
        if (!wanted.test(change.path())) {
            return;
        }
        if (change.kind() == Tree.Change.Kind.DELETED) {
            documents.remove(change.path());
            oddReported.remove(change.path());
            changed.run();
        } else {
            seen.add(change.path());
            read(change.path()).thenRunAsync(changed, loop);
        }
    }

    private CompletableFuture<Void> read(String path) {
        return tree.get(path)
                .handleAsync(
                        (znode, failure) -> {
                            if (znode != null) {
                                put(znode);
                            } else if (TreeException.codeOf(Objects.requireNonNull(failure)) == Code.NO_NODE) {
                                documents.remove(path);
                            } else {
                                return CompletableFuture.<Void>failedFuture(failure);
                            }
                            return CompletableFuture.<Void>completedFuture(null);
                        },
                        loop)
                .thenCompose(x -> x);
    }

    private void put(Znode znode) {
        try {
            documents.put(znode.path(), Json.read(znode.data()));
        } catch (Json.Unreadable e) {
            documents.remove(znode.path());
            if (oddReported.add(znode.path())) {
                LOG.warn("Leaving {} alone: {}", znode.path(), e.getMessage());
            }
        }
    }
}
