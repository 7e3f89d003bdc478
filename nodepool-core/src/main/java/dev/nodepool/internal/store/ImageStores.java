package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything a builder needs of ZooKeeper, on one loop, following the session. */
public final class ImageStores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ImageStores.class);

    /** Told on the loop. */
    public interface Listener {

        /** Something about images changed, or everything is known. */
        void changed();

        /** The session is usable, for the first time or again. */
        void connected();

        /** The session is over, with all its locks. */
        void lost();
    }

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final Locks locks;
    private final ImageCache cache;
    private final ImageLocks imageLocks;
    private final ImageRecords records;
    private @Nullable Listener listener;
    private Runnable stopListening = () -> {};
    private long knownSession;

    /** @param identifier written into our lock contenders, for people */
    public ImageStores(Tree tree, Loop loop, Threads threads, String identifier) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        locks = new Locks(tree, threads.timer(), identifier);
        cache = new ImageCache(tree, loop, threads.timer(), this::changed);
        imageLocks = new ImageLocks(tree, loop, locks);
        records = new ImageRecords(tree, loop, threads, cache);
    }

    /** Begins to follow the session. */
    public void start(Listener whom) {
        listener = whom;
        stopListening = tree.onSession(session -> loop.execute(() -> session(session)));
        loop.execute(() -> session(tree.session()));
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
        if (listener != null) {
            listener.changed();
        }
    }

    private void session(Session now) {
        if (listener != null && knownSession != 0 && (now.id() != knownSession || now.state() == Session.State.LOST)) {
            knownSession = 0;
            listener.lost();
        }
        knownSession = now.state() == Session.State.LOST ? 0 : now.id();
        if (!now.connected()) {
            cache.disconnected();
            return;
        }
        makeRoot(now);
    }

    private void makeRoot(Session session) {
        tree.ensure(Layout.IMAGES).whenCompleteAsync((x, failure) -> made(session, failure), loop);
    }

    private boolean usable(Session session) {
        return tree.session().id() == session.id() && tree.session().connected();
    }

    private void made(Session session, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("The root of the images could not be made, which is tried again: {}", String.valueOf(failure));
            threads.timerOn(loop).after(RETRY, () -> {
                if (usable(session)) {
                    makeRoot(session);
                }
            });
        } else if (listener != null && usable(session)) {
            cache.connected();
            listener.connected();
        }
    }

    @Override
    public void close() {
        stopListening.run();
    }
}
