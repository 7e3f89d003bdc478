package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.Session.State;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The present ZooKeeper handle and the state of its session, fed by whoever keeps the connection. Handles come one
 * after the other: what an old one still says is not heard. Thread-safe.
 */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    /** @param handle what to call, null before the first connection */
    record Live(Session session, @Nullable ZooKeeper handle) {}

    private final Serial deliveries = new Serial();
    private final List<Tree.SessionListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Live live = new Live(new Session(0, State.SUSPENDED), null);
    private volatile boolean closed;

    Live live() {
        return live;
    }

    boolean closed() {
        return closed;
    }

    Runnable listen(Tree.SessionListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Runs something in the one order in which callers hear of things. */
    void deliver(Runnable event) {
        deliveries.execute(event);
    }

    /** Runs something only if the handle that says it is still the one in use. */
    void deliver(ZooKeeper from, Runnable event) {
        deliveries.execute(() -> {
            if (live.handle() == from) {
                event.run();
            }
        });
    }

    void connected(ZooKeeper handle) {
        deliver(() -> {
            if (live.handle() != handle) {
                lose();
            }
            turn(new Session(handle.getSessionId(), State.CONNECTED), handle);
        });
    }

    void suspended(@Nullable ZooKeeper handle) {
        deliver(() -> {
            var now = live;
            if (now.handle() == handle && now.session().connected()) {
                turn(new Session(now.session().id(), State.SUSPENDED), handle);
            }
        });
    }

    void lost(@Nullable ZooKeeper handle) {
        deliver(() -> {
            if (live.handle() == handle) {
                lose();
            }
        });
    }

    /** From now on nothing can be asked. */
    void markClosed() {
        closed = true;
    }

    void end() {
        deliver(this::lose);
    }

    private void lose() {
        var now = live;
        if (now.handle() != null && now.session().state() != State.LOST) {
            turn(new Session(now.session().id(), State.LOST), now.handle());
        }
    }

    private void turn(Session session, @Nullable ZooKeeper handle) {
        if (closed && session.state() != State.LOST) {
            return;
        }
        live = new Live(session, handle);
        LOG.info("ZooKeeper session 0x{} is {}", Long.toHexString(session.id()), session.state());
        for (var listener : listeners) {
            Serial.run(() -> listener.changed(session));
        }
    }
}
