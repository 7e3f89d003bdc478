package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Tree;
import java.util.List;

/** Everything a builder needs of ZooKeeper, on one loop, following the session. */
public final class ImageStores implements AutoCloseable {

    /** Told on the loop. */
    public interface Listener {

        /** Something about images changed, or everything is known. */
        default void changed() {}

        /** The session is usable, for the first time or again. */
        default void connected() {}

        /** The session is over, with all its locks. */
        default void lost() {}
    }

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final Locks locks;
    private final ImageCache cache;
    private final ImageLocks imageLocks;
    private final ImageRecords records;
    private final FollowedSession session;
    private Listener listener = new Listener() {};

    /** @param identifier written into our lock contenders, for people */
    public ImageStores(Tree tree, Loop loop, Threads threads, String identifier) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        locks = new Locks(tree, threads.timer(), identifier, threads::newId);
        cache = new ImageCache(tree, loop, threads.timer(), this::changed);
        imageLocks = new ImageLocks(tree, loop, locks);
        records = new ImageRecords(tree, loop, threads, cache);
        session = new FollowedSession(tree, loop, threads, List.of(Layout.IMAGES), new Following());
    }

    /** Begins to follow the session. */
    public void start(Listener whom) {
        listener = whom;
        session.start();
    }

    public Tree tree() {
        return tree;
    }

    public Loop loop() {
        return loop;
    }

    public Threads threads() {
        return threads;
    }

    public Locks locks() {
        return locks;
    }

    public ImageCache cache() {
        return cache;
    }

    public ImageLocks imageLocks() {
        return imageLocks;
    }

    public ImageRecords records() {
        return records;
    }

    /** Whether everything is known, so that decisions may be made. */
    public boolean caughtUp() {
        return tree.session().connected() && cache.caughtUp();
    }

    private void changed() {
        listener.changed();
    }

    private final class Following implements FollowedSession.Listener {

        @Override
        public void usable() {
            cache.connected();
            listener.connected();
        }

        @Override
        public void interrupted() {
            cache.disconnected();
        }

        @Override
        public void over() {
            listener.lost();
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
