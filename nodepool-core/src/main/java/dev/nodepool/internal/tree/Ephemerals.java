package dev.nodepool.internal.tree;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.zookeeper.ZooKeeper;

/**
 * The ephemeral znodes that a tree made on a session which will outlive it. Without this, locks and registrations of a
 * closed tree would stay for as long as its embedder's client runs. Thread-safe.
 */
final class Ephemerals {

    private final boolean needed;
    private final Set<String> paths = ConcurrentHashMap.newKeySet();
    /** What is done about one that is answered for after the end. */
    private volatile Consumer<String> late = path -> {};

    /** @param needed false if the session ends with the tree, so that nothing has to be remembered */
    Ephemerals(boolean needed) {
        this.needed = needed;
    }

    void created(String path) {
        if (needed) {
            paths.add(path);
            late.accept(path);
        }
    }

    void deleted(String path) {
        paths.remove(path);
    }

    /** After the loss of a session: the server has taken them away. */
    void forget() {
        paths.clear();
    }

    /** Sends the deletions and does not wait for them; also of those whose creation is not answered yet. */
    void delete(ZooKeeper handle, long session) {
        late = path -> delete(handle, session, path);
        List.copyOf(paths).forEach(late);
    }

    private static void delete(ZooKeeper handle, long session, String path) {
        // The name may have gone to another session meanwhile.
        handle.exists(
                path,
                null,
                (result, asked, context, stat) -> {
                    if (result == 0 && stat.getEphemeralOwner() == session) {
                        handle.delete(path, stat.getVersion(), (done, deleted, ignored) -> {}, null);
                    }
                },
                null);
    }
}
