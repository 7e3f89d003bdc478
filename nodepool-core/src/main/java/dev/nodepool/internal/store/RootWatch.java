package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.tree.Tree;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The standing watch of one root, set once a session. To be used on the loop, on which its listener runs. */
final class RootWatch {

    private final Tree tree;
    private final Loop loop;
    private final String root;
    private final Consumer<Tree.Change> listener;
    private Tree.@Nullable Watch watch;
    private long session;

    RootWatch(Tree tree, Loop loop, String root, Consumer<Tree.Change> listener) {
        this.tree = tree;
        this.loop = loop;
        this.root = root;
        this.listener = listener;
    }

    /** Completes when it is in place for the present session. */
    CompletableFuture<Void> set() {
        var wanted = tree.session().id();
        if (watch != null && session == wanted) {
            return CompletableFuture.completedFuture(null);
        }
        return tree.watch(root, change -> loop.execute(() -> listener.accept(change)))
                .thenAcceptAsync(
                        made -> {
                            if (watch != null && session == wanted) {
                                // Asked for twice: one is enough.
                                made.close();
                            } else {
                                watch = made;
                                session = wanted;
                            }
                        },
                        loop);
    }
}
