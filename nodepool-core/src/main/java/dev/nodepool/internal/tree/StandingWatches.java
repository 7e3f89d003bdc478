package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.Tree.Change;
import dev.nodepool.internal.tree.Tree.Watch;
import dev.nodepool.internal.tree.Tree.WatchListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/**
 * Persistent recursive watches, one at the server for each path however many listen: the client can take back only all
 * watches of a path together.
 */
final class StandingWatches {

    private final Link link;
    private final UnaryOperator<String> inward;
    private final Map<String, Shared> byPath = new HashMap<>();

    /** @param inward the caller's path of a path of the server */
    StandingWatches(Link link, UnaryOperator<String> inward) {
        this.link = link;
        this.inward = inward;
    }

    CompletableFuture<Watch> add(ZooKeeper handle, String path, WatchListener listener) {
        synchronized (byPath) {
            var shared = byPath.get(path);
            if (shared == null || shared.handle != handle || shared.set.isCompletedExceptionally()) {
                shared = new Shared(handle, path);
                byPath.put(path, shared);
                handle.addWatch(path, shared, AddWatchMode.PERSISTENT_RECURSIVE, shared::answered, null);
            }
            var watch = new Listening(shared, listener);
            shared.listening.add(watch);
            return shared.set.thenApply(done -> watch);
        }
    }

    private void remove(Listening watch) {
        var shared = watch.shared;
        synchronized (byPath) {
            if (shared.listening.remove(watch) && shared.listening.isEmpty() && byPath.remove(shared.path, shared)) {
                // Locally too, or a client that is away would set it again when it returns.
                shared.handle.removeAllWatches(
                        shared.path, Watcher.WatcherType.Any, true, (result, path, context) -> {}, null);
            }
        }
    }

    private final class Shared implements Watcher {
        final ZooKeeper handle;
        final String path;
        final List<Listening> listening = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> set = new CompletableFuture<>();

        Shared(ZooKeeper handle, String path) {
            this.handle = handle;
            this.path = path;
        }

        void answered(int result, String answeredPath, Object context) {
            link.deliver(() -> {
                if (result == 0) {
                    set.complete(null);
                } else {
                    synchronized (byPath) {
                        byPath.remove(path, this);
                    }
                    set.completeExceptionally(Replies.failure(result, inward.apply(path), -1));
                }
            });
        }

        @Override
        public void process(WatchedEvent event) {
            var kind = switch (event.getType()) {
                case NodeCreated -> Change.Kind.CREATED;
                case NodeDataChanged -> Change.Kind.CHANGED;
                case NodeDeleted -> Change.Kind.DELETED;
                default -> null;
            };
            if (kind != null) {
                var change = new Change(kind, inward.apply(event.getPath()));
                link.deliver(handle, () -> listening.forEach(watch -> watch.hear(change)));
            }
        }
    }

    private final class Listening implements Watch {
        final Shared shared;
        final WatchListener listener;
        private volatile boolean open = true;

        Listening(Shared shared, WatchListener listener) {
            this.shared = shared;
            this.listener = listener;
        }

        void hear(Change change) {
            if (open) {
                Serial.run(() -> listener.changed(change));
            }
        }

        @Override
        public void close() {
            open = false;
            remove(this);
        }
    }
}
