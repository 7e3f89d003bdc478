package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reads of a live copy, one at a time for each znode: what is asked for again while its answer is on the way is read
 * again after it. An answer that an event has overtaken is dropped. To be used on the loop.
 */
final class Reads {

    /** What a read brought, told on the loop when it is no longer under way. */
    interface Outcome {

        void found(String key, Znode znode);

        void gone(String key);

        /** The server does not let us read it. */
        void refused(String key, Throwable why);
    }

    private final Tree tree;
    private final Loop loop;
    private final UnaryOperator<String> path;
    private final Outcome outcome;
    private final Map<String, CompletableFuture<Void>> underWay = new HashMap<>();
    private final Set<String> again = new HashSet<>();

    /** @param path the znode of a key */
    Reads(Tree tree, Loop loop, UnaryOperator<String> path, Outcome outcome) {
        this.tree = tree;
        this.loop = loop;
        this.path = path;
        this.outcome = outcome;
    }

    /** Completes, never with a failure, when the outcome was told or does not matter any more. */
    CompletableFuture<Void> read(String key) {
        var present = underWay.get(key);
        if (present != null) {
            again.add(key);
            return present;
        }
        var done = new CompletableFuture<Void>();
        underWay.put(key, done);
        send(key, done);
        return done;
    }

    boolean underWay(String key) {
        return underWay.containsKey(key);
    }

    Set<String> keys() {
        return Set.copyOf(underWay.keySet());
    }

    /** An event told that it is gone: what is still on its way is older. */
    void overtaken(String key) {
        again.remove(key);
        var done = underWay.remove(key);
        if (done != null) {
            done.complete(null);
        }
    }

    /** Forgets all: whatever is still on its way is not waited for. */
    void clear() {
        var dropped = List.copyOf(underWay.values());
        underWay.clear();
        again.clear();
        dropped.forEach(done -> done.complete(null));
    }

    private void send(String key, CompletableFuture<Void> done) {
        tree.get(path.apply(key)).whenCompleteAsync((znode, failure) -> answered(key, done, znode, failure), loop);
    }

    private void answered(
            String key, CompletableFuture<Void> done, @Nullable Znode znode, @Nullable Throwable failure) {
        if (underWay.get(key) != done) {
            return;
        }
        if (failure != null && TreeException.codeOf(failure).unclear()) {
            sendWhenConnected(key, done);
            return;
        }
        if (again.remove(key)) {
            send(key, done);
            return;
        }
        // First up to date, then told: who is told looks at once.
        underWay.remove(key);
        if (znode != null) {
            outcome.found(key, znode);
        } else if (failure != null && TreeException.codeOf(failure) == Code.NO_NODE) {
            outcome.gone(key);
        } else if (failure != null) {
            outcome.refused(key, failure);
        }
        done.complete(null);
    }

    /** When the session is over this waits for {@link #clear}: whoever makes the copy anew reads it too. */
    private void sendWhenConnected(String key, CompletableFuture<Void> done) {
        Sessions.connected(tree, tree.session().id())
                .thenRunAsync(
                        () -> {
                            if (underWay.get(key) == done) {
                                send(key, done);
                            }
                        },
                        loop);
    }
}
