package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.TreeException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process' sight of a {@link MemoryServer}. Everything is processed and delivered on the executor of the server, so
 * that a run is repeatable when the executor is.
 */
public final class MemoryTree implements Tree {

    /** Sees the calls of one tree; runs on the executor of the server. */
    public interface Interceptor {

        /** Nothing to do with any call. */
        Interceptor NONE = new Interceptor() {};

        enum Fate {
            PASS,
            /** The call fails with {@link Code#CONNECTION_LOSS}: without effect when said before it, else with it. */
            LOSE
        }

        /** Before a call takes effect. */
        default Fate before(Call call) {
            return Fate.PASS;
        }

        /** After a call took effect or was refused, before anybody hears of it. */
        default Fate after(Call call) {
            return Fate.PASS;
        }
    }

    /**
     * A call that a tree received.
     *
     * @param tree who called
     * @param name method of the port that reached the server: create, set, delete, multi, get, children, exists,
     *     sync, watch
     * @param operations what would be written, empty for a reading call
     */
    public record Call(MemoryTree tree, String name, String path, List<Op> operations) {}

    private static final long ANY_SESSION = Long.MIN_VALUE;

    private record Once(String path, long mzxid, Runnable changed) {}

    private final class Standing implements Watch {
        final String path;
        final WatchListener listener;
        volatile boolean open = true;

        Standing(String path, WatchListener listener) {
            this.path = path;
            this.listener = listener;
        }

        @Override
        public void close() {
            open = false;
            server.execute(() -> standing.remove(this));
        }
    }

    private final MemoryServer server;
    private final Interceptor interceptor;
    private final List<SessionListener> sessionListeners = new CopyOnWriteArrayList<>();
    private volatile Session session = new Session(0, Session.State.SUSPENDED);
    /** Number of the live connection, 0 while there is none: what belongs to another one is lost. */
    private volatile int connection;

    private volatile boolean down;
    private volatile boolean closed;
    private volatile boolean vanished;

    // Touched on the executor of the server only.
    private final List<Standing> standing = new ArrayList<>();
    private final List<Once> once = new ArrayList<>();
    private int connections;

    MemoryTree(MemoryServer server, Interceptor interceptor) {
        this.server = server;
        this.interceptor = interceptor;
    }

    @Override
    public CompletableFuture<Znode> create(String path, byte[] data, Mode mode) {
        return create(path, data, mode, ANY_SESSION);
    }

    @Override
    public CompletableFuture<Znode> create(String path, byte[] data, Mode mode, long only) {
        var copy = data.clone();
        return write(only, "create", path, List.of(new Op.Create(path, copy, mode)), done -> {
            var made = done.get(0);
            return new Znode(made.path(), copy.clone(), Objects.requireNonNull(made.stat()));
        });
    }

    @Override
    public CompletableFuture<Void> ensure(String path) {
        return Ensure.path(this, path);
    }

    @Override
    public CompletableFuture<Stat> set(String path, byte[] data, int version) {
        return write(
                ANY_SESSION,
                "set",
                path,
                List.of(new Op.Set(path, data.clone(), version)),
                done -> Objects.requireNonNull(done.get(0).stat()));
    }

    @Override
    public CompletableFuture<Void> delete(String path, int version) {
        return write(ANY_SESSION, "delete", path, List.of(new Op.Delete(path, version)), done -> null);
    }

    @Override
    public CompletableFuture<List<Op.Done>> multi(List<Op> operations) {
        return multi(operations, ANY_SESSION);
    }

    @Override
    public CompletableFuture<List<Op.Done>> multi(List<Op> operations, long only) {
        var copies = operations.stream().map(MemoryTree::copy).toList();
        var path = copies.isEmpty() ? "/" : copies.get(0).path();
        return write(only, "multi", path, copies, done -> {
            var told = new ArrayList<Op.Done>();
            for (var i = 0; i < copies.size(); i++) {
                var one = done.get(i);
                // A real server tells no stat of what a multi creates.
                told.add(copies.get(i) instanceof Op.Create ? new Op.Done(one.path(), null) : one);
            }
            return List.copyOf(told);
        });
    }

    @Override
    public CompletableFuture<Znode> get(String path) {
        return call(
                new Call(this, "get", path, List.of()), () -> server.znodes().get(path));
    }

    @Override
    public CompletableFuture<Znode> get(String path, Runnable changed) {
        return call(new Call(this, "get", path, List.of()), () -> {
            var znode = server.znodes().get(path);
            once.add(new Once(path, znode.stat().mzxid(), changed));
            return znode;
        });
    }

    @Override
    public CompletableFuture<List<String>> children(String path) {
        return call(
                new Call(this, "children", path, List.of()),
                () -> server.znodes().children(path));
    }

    @Override
    public CompletableFuture<Optional<Stat>> exists(String path) {
        return call(
                new Call(this, "exists", path, List.of()),
                () -> server.znodes().contains(path)
                        ? Optional.of(server.znodes().get(path).stat())
                        : Optional.empty());
    }

    @Override
    public CompletableFuture<Void> sync() {
        return call(new Call(this, "sync", "/", List.of()), () -> null);
    }

    @Override
    public CompletableFuture<Watch> watch(String path, WatchListener listener) {
        return call(new Call(this, "watch", path, List.of()), () -> {
            var watch = new Standing(path, listener);
            standing.add(watch);
            return watch;
        });
    }

    @Override
    public Session session() {
        // As calls see it: they fail from the moment of the cut, before anybody is told.
        return connection == 0 && session.connected() ? new Session(session.id(), Session.State.SUSPENDED) : session;
    }

    @Override
    public Runnable onSession(SessionListener listener) {
        sessionListeners.add(listener);
        return () -> sessionListeners.remove(listener);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (vanished) {
                return;
            }
            server.execute(() -> {
                cut();
                server.end(this);
                forget();
                tell(Session.State.LOST, session.id());
            });
        }
    }

    // ---- the server's side

    /** Whether the network is down by order of a test. */
    boolean down() {
        return down;
    }

    void down(boolean now) {
        down = now;
    }

    void cut() {
        connection = 0;
    }

    void vanish() {
        vanished = true;
        cut();
    }

    boolean vanished() {
        return vanished;
    }

    /** Whether it can have a session at all. */
    boolean ended() {
        return closed || vanished;
    }

    void forget() {
        standing.clear();
        once.clear();
    }

    /** A new connection, of a new session or of the old one: calls pass from the moment it is told. */
    void connected(long id) {
        server.execute(() -> {
            if (down || ended() || !server.lives(this, id)) {
                return;
            }
            connection = ++connections;
            turn(new Session(id, Session.State.CONNECTED));
            // A returning client is told of one-shot watches that it missed.
            for (var watch : List.copyOf(once)) {
                if (!server.znodes().contains(watch.path())
                        || server.znodes().get(watch.path()).stat().mzxid() != watch.mzxid()) {
                    fire(watch);
                }
            }
        });
    }

    void tell(Session.State state, long id) {
        server.execute(() -> {
            if (!vanished && (!closed || state == Session.State.LOST)) {
                turn(new Session(id, state));
            }
        });
    }

    private void turn(Session now) {
        session = now;
        for (var listener : sessionListeners) {
            Serial.run(() -> listener.changed(now));
        }
    }

    void changed(Change change) {
        if (connection == 0) {
            return;
        }
        for (var watch : List.copyOf(standing)) {
            if (change.path().equals(watch.path) || Paths.below(change.path(), watch.path)) {
                deliver(() -> {
                    if (watch.open) {
                        watch.listener.changed(change);
                    }
                });
            }
        }
        for (var watch : List.copyOf(once)) {
            if (watch.path().equals(change.path())) {
                fire(watch);
            }
        }
    }

    private void fire(Once watch) {
        once.remove(watch);
        deliver(watch.changed());
    }

    private void deliver(Runnable event) {
        var sent = connection;
        server.execute(() -> {
            if (connection == sent) {
                Serial.run(event);
            }
        });
    }

    // ---- calls

    private <T> CompletableFuture<T> write(
            long only, String name, String path, List<Op> operations, Function<List<Op.Done>, @Nullable T> answer) {
        if (only != ANY_SESSION && only != session.id() && !vanished) {
            return CompletableFuture.failedFuture(new TreeException(Code.SESSION_EXPIRED, path));
        }
        try {
            Op.demandFits(operations);
        } catch (TreeException tooLarge) {
            return CompletableFuture.failedFuture(tooLarge);
        }
        return call(new Call(this, name, path, operations), () -> answer.apply(server.apply(this, operations)));
    }

    private <T> CompletableFuture<T> call(Call call, Supplier<@Nullable T> effect) {
        var future = new CompletableFuture<T>();
        var sent = connection;
        if (vanished) {
            // A dead process hears of nothing.
            return future;
        }
        // As with a real client nothing passes before the session was told to be there, or after it was told to be
        // over.
        if (closed || sent == 0 || !session.connected()) {
            future.completeExceptionally(lost(call));
        } else {
            server.execute(() -> process(call, sent, effect, future));
        }
        return future;
    }

    private <T> void process(Call call, int sent, Supplier<@Nullable T> effect, CompletableFuture<T> future) {
        if (connection != sent
                || interceptor.before(call) == Interceptor.Fate.LOSE
                // The interceptor may have cut the connection.
                || connection != sent) {
            settle(() -> future.completeExceptionally(lost(call)));
            return;
        }
        Runnable answer;
        try {
            var value = effect.get();
            answer = () -> future.complete(value);
        } catch (TreeException refused) {
            var index = call.name().equals("multi") ? refused.index() : -1;
            answer = () -> future.completeExceptionally(
                    new TreeException(refused.code(), call.path(), index, refused.getCause()));
        }
        var reached = interceptor.after(call) == Interceptor.Fate.PASS;
        var reply = answer;
        server.execute(
                () -> settle(reached && connection == sent ? reply : () -> future.completeExceptionally(lost(call))));
    }

    private void settle(Runnable outcome) {
        if (!vanished) {
            outcome.run();
        }
    }

    private TreeException lost(Call call) {
        var code = closed
                ? Code.CLOSED
                : session.state() == Session.State.LOST ? Code.SESSION_EXPIRED : Code.CONNECTION_LOSS;
        return new TreeException(code, call.path());
    }

    private static Op copy(Op op) {
        if (op instanceof Op.Create create) {
            return new Op.Create(create.path(), create.data().clone(), create.mode());
        }
        return op instanceof Op.Set set ? new Op.Set(set.path(), set.data().clone(), set.version()) : op;
    }
}
