package dev.nodepool.internal.store;

import dev.nodepool.driver.Timer;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live copy of documents that others write and nobody here changes: registrations, image uploads. Same rules as
 * {@link RecordCache}, without locks.
 */
public final class DocumentCache {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentCache.class);

    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Tree tree;
    private final Loop loop;
    private final Timer timer;
    private final String root;
    private final Predicate<String> wanted;
    private final Predicate<String> entered;
    private final Runnable changed;
    private final RootWatch watch;
    private final Reads reads;
    private final Map<String, Document> documents = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> oddReported = new HashSet<>();
    private final AtomicLong oddDocuments = new AtomicLong();
    private int walk;
    private boolean caughtUp;

    /**
     * @param timer to try again when making the copy has failed
     * @param wanted which paths below the root hold documents
     * @param entered which paths below the root have children that are looked at
     * @param changed run on the loop after every change, and when the copy is whole
     */
    public DocumentCache(
            Tree tree,
            Loop loop,
            Timer timer,
            String root,
            Predicate<String> wanted,
            Predicate<String> entered,
            Runnable changed) {
        this.tree = tree;
        this.loop = loop;
        this.timer = timer;
        this.root = root;
        this.wanted = wanted;
        this.entered = entered;
        this.changed = changed;
        watch = new RootWatch(tree, loop, root, this::changed);
        reads = new Reads(tree, loop, path -> path, new ReadOutcome());
    }

    public boolean caughtUp() {
        return caughtUp;
    }

    /** Documents by path, sorted; a view that follows the copy. */
    public Map<String, Document> documents() {
        return Collections.unmodifiableMap(documents);
    }

    /** How many documents could not be read so far, each counted once for as long as it stays; for any thread. */
    public long oddDocuments() {
        return oddDocuments.get();
    }

    public void disconnected() {
        caughtUp = false;
        walk++;
    }

    public void connected() {
        var turn = ++walk;
        caughtUp = false;
        reads.clear();
        seen.clear();
        // First of all, so that nothing can happen between the listing and the watch.
        CompletableFuture.allOf(watch.set(), enter(root, turn))
                .whenCompleteAsync((x, failure) -> walked(turn, failure), loop);
    }

    private CompletableFuture<Void> enter(String path, int turn) {
        return tree.children(path)
                .handleAsync(
                        (names, failure) -> {
                            if (turn != walk) {
                                return CompletableFuture.<Void>completedFuture(null);
                            }
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
                .map(name -> path.equals("/") ? path + name : path + "/" + name)
                .flatMap(child -> {
                    seen.add(child);
                    return Stream.of(
                            wanted.test(child) ? reads.read(child) : NOTHING,
                            entered.test(child) ? enter(child, turn) : NOTHING);
                })
                .toArray(CompletableFuture[]::new));
    }

    private void walked(int turn, @Nullable Throwable failure) {
        if (turn != walk) {
            return;
        }
        if (failure != null) {
            LOG.warn("Reading all of {} failed and is tried again: {}", root, String.valueOf(failure));
            timer.after(
                    RETRY,
                    () -> loop.execute(() -> {
                        if (turn == walk) {
                            connected();
                        }
                    }));
            return;
        }
        documents.keySet().retainAll(seen);
        oddReported.retainAll(seen);
        seen.clear();
        caughtUp = true;
        loop.guard(changed);
    }

    private void changed(Tree.Change change) {
        var path = change.path();
        if (!wanted.test(path)) {
            return;
        }
        if (change.kind() == Tree.Change.Kind.DELETED) {
            reads.overtaken(path);
            forget(path);
            loop.guard(changed);
        } else {
            if (!caughtUp) {
                seen.add(path);
            }
            reads.read(path);
        }
    }

    private void forget(String path) {
        documents.remove(path);
        oddReported.remove(path);
    }

    private final class ReadOutcome implements Reads.Outcome {

        @Override
        public void found(String path, Znode znode) {
            try {
                documents.put(path, Json.read(znode.data()));
                oddReported.remove(path);
            } catch (Json.Unreadable e) {
                odd(path, String.valueOf(e.getMessage()));
            }
            tellOfChange();
        }

        @Override
        public void gone(String path) {
            forget(path);
            tellOfChange();
        }

        @Override
        public void refused(String path, Throwable why) {
            odd(path, String.valueOf(why));
            tellOfChange();
        }

        /** While the copy is made it is told once, at the end. */
        private void tellOfChange() {
            if (caughtUp) {
                loop.guard(changed);
            }
        }
    }

    private void odd(String path, String reason) {
        documents.remove(path);
        if (oddReported.add(path)) {
            oddDocuments.incrementAndGet();
            LOG.warn("Leaving {} alone: {}", path, reason);
        }
    }
}
