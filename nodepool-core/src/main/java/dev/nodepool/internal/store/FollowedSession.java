package dev.nodepool.internal.store;

import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what becomes of the session of a tree, and makes the roots of what is read there before it can be used. */
final class FollowedSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedSession.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Told on the loop. */
    interface Listener {

        /** It is usable and the roots are there, for the first time or again. */
        void usable();

        /** Nothing can be read or written for the time being. */
        void interrupted();

        /** It is over, with all its locks. */
        void over();
    }

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final List<String> roots;
    private final Listener listener;
    private volatile boolean closed;
    private Runnable stopListening = () -> {};
    private long known;

    FollowedSession(Tree tree, Loop loop, Threads threads, List<String> roots, Listener listener) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        this.roots = roots;
        this.listener = listener;
    }

    void start() {
        stopListening = tree.onSession(session -> loop.execute(() -> changed(session)));
        loop.execute(() -> changed(tree.session()));
    }

    private void changed(Session now) {
        if (closed) {
            return;
        }
        if (known != 0 && (now.id() != known || now.state() == Session.State.LOST)) {
            listener.over();
        }
        known = now.state() == Session.State.LOST ? 0 : now.id();
        if (now.connected()) {
            makeRoots(now);
        } else {
            listener.interrupted();
        }
    }

    private void makeRoots(Session session) {
        CompletableFuture.allOf(roots.stream().map(tree::ensure).toArray(CompletableFuture[]::new))
                .whenCompleteAsync((x, failure) -> rootsMade(session, failure), loop);
    }

    private void rootsMade(Session session, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("The roots of the records could not be made, which is tried again: {}", String.valueOf(failure));
            threads.timerOn(loop).after(RETRY, () -> {
                if (usable(session)) {
                    makeRoots(session);
                }
            });
        } else if (usable(session)) {
            listener.usable();
        }
    }

    private boolean usable(Session session) {
        return !closed && tree.session().id() == session.id() && tree.session().connected();
    }

    /** Nothing is told any more. */
    @Override
    public void close() {
        closed = true;
        stopListening.run();
    }
}
