package dev.nodepool.internal.tree;

import dev.nodepool.config.ZooKeeperConfig;
import dev.nodepool.internal.tree.TreeException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * A tree on real servers. Curator keeps the connection and replaces lost sessions; the calls themselves go straight to
 * the ZooKeeper handle of the present session, so that they are pipelined and none is repeated. Callbacks come on
 * ZooKeeper's event thread.
 */
public final class CuratorTree implements Tree {

    /** What keeps the connection. */
    interface Keeper {

        void start(Link link);

        /** Called once. */
        void stop(Link link);

        /** Whether the session is over with {@link #stop}. */
        boolean endsSession();
    }

    private static final long ANY_SESSION = Long.MIN_VALUE;

    private final Link link = new Link();
    private final Keeper keeper;
    private final Chroot chroot;
    private final Ephemerals ephemerals;
    private final StandingWatches watches;

    private CuratorTree(Keeper keeper, Chroot chroot) {
        this.keeper = keeper;
        this.chroot = chroot;
        this.watches = new StandingWatches(link, chroot::inward);
        this.ephemerals = new Ephemerals(!keeper.endsSession());
    }

    /**
     * Starts to connect and returns at once; never gives up. Creates the chroot before it calls itself connected.
     *
     * @throws IllegalArgumentException if a TLS file can not be used; names the file
     */
    public static CuratorTree open(ZooKeeperConfig config) {
        return start(new OwnClient(config), config.chroot());
    }

    /**
     * Works on the session of a client that somebody else started and will close, on the paths below its chroot.
     * Closing this tree deletes the ephemeral znodes that it knows to have made, and leaves the session alone.
     *
     * @throws IllegalArgumentException if the client has a namespace
     */
    public static CuratorTree on(CuratorFramework client) {
        return start(new BorrowedClient(client), "");
    }

    static CuratorTree start(Keeper keeper, String chroot) {
        var tree = new CuratorTree(keeper, new Chroot(chroot));
        tree.link.listen(session -> {
            if (session.state() == Session.State.LOST) {
                tree.ephemerals.forget();
            }
        });
        keeper.start(tree.link);
        return tree;
    }

    @Override
    public CompletableFuture<Znode> create(String path, byte[] data, Mode mode) {
        return create(path, data, mode, ANY_SESSION);
    }

    @Override
    public CompletableFuture<Znode> create(String path, byte[] data, Mode mode, long session) {
        return write(
                session,
                path,
                List.of(new Op.Create(path, data, mode)),
                (handle, reply) -> handle.create(
                        chroot.outward(path),
                        data,
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        Chroot.mode(mode),
                        (result, asked, context, name, stat) -> reply.settle(result, () -> {
                            if (mode.ephemeral()) {
                                ephemerals.created(name);
                            }
                            return new Znode(chroot.inward(name), data, Replies.stat(stat));
                        }),
                        null));
    }

    @Override
    public CompletableFuture<Void> ensure(String path) {
        return Ensure.path(this, path);
    }

    @Override
    public CompletableFuture<Stat> set(String path, byte[] data, int version) {
        return write(
                ANY_SESSION,
                path,
                List.of(new Op.Set(path, data, version)),
                (handle, reply) -> handle.setData(
                        chroot.outward(path),
                        data,
                        version,
                        (result, asked, context, stat) -> reply.settle(result, () -> Replies.stat(stat)),
                        null));
    }

    @Override
    public CompletableFuture<Void> delete(String path, int version) {
        return call(
                path,
                (handle, reply) -> handle.delete(
                        chroot.outward(path),
                        version,
                        (result, asked, context) -> reply.settle(result, () -> {
                            ephemerals.deleted(asked);
                            return null;
                        }),
                        null));
    }

    @Override
    public CompletableFuture<List<Op.Done>> multi(List<Op> operations) {
        return multi(operations, ANY_SESSION);
    }

    @Override
    public CompletableFuture<List<Op.Done>> multi(List<Op> operations, long session) {
        var asked = List.copyOf(operations);
        return write(
                session,
                asked.isEmpty() ? "/" : asked.get(0).path(),
                asked,
                (handle, reply) -> handle.multi(
                        asked.stream().map(chroot::outward).toList(),
                        (result, path, context, results) ->
                                reply.settle(asked, result, results, each -> done(asked, each)),
                        null));
    }

    @Override
    public CompletableFuture<Znode> get(String path) {
        return get(path, (Watcher) null);
    }

    @Override
    public CompletableFuture<Znode> get(String path, Runnable changed) {
        return get(path, new OneShot(changed));
    }

    private CompletableFuture<Znode> get(String path, @Nullable Watcher watcher) {
        return call(
                path,
                (handle, reply) -> handle.getData(
                        chroot.outward(path),
                        watcher,
                        (result, asked, context, data, stat) -> reply.settle(
                                result, () -> new Znode(path, data == null ? new byte[0] : data, Replies.stat(stat))),
                        null));
    }

    @Override
    public CompletableFuture<List<String>> children(String path) {
        return call(
                path,
                (handle, reply) -> handle.getChildren(
                        chroot.outward(path),
                        null,
                        (result, asked, context, names) -> reply.settle(result, () -> List.copyOf(names)),
                        null));
    }

    @Override
    public CompletableFuture<Optional<Stat>> exists(String path) {
        return call(
                path,
                (handle, reply) -> handle.exists(
                        chroot.outward(path),
                        null,
                        (result, asked, context, stat) -> {
                            if (result == KeeperException.Code.NONODE.intValue()) {
                                reply.settle(0, Optional::empty);
                            } else {
                                reply.settle(result, () -> Optional.of(Replies.stat(stat)));
                            }
                        },
                        null));
    }

    @Override
    public CompletableFuture<Void> sync() {
        return call(
                "/",
                (handle, reply) -> handle.sync(
                        chroot.outward("/"), (result, asked, context) -> reply.settle(result, () -> null), null));
    }

    @Override
    public CompletableFuture<Watch> watch(String path, WatchListener listener) {
        return call(
                path,
                (handle, reply) ->
                        watches.add(handle, chroot.outward(path), listener).whenComplete(reply::complete));
    }

    @Override
    public Session session() {
        var live = link.live();
        var handle = live.handle();
        // As calls see it: else who waits for a connection after a lost one would find it there and not wait.
        return live.session().connected()
                        && handle != null
                        && !handle.getState().isConnected()
                ? new Session(live.session().id(), Session.State.SUSPENDED)
                : live.session();
    }

    @Override
    public Duration sessionTimeout() {
        var handle = link.live().handle();
        var granted = handle == null ? 0 : handle.getSessionTimeout();
        return granted > 0 ? Duration.ofMillis(granted) : Tree.super.sessionTimeout();
    }

    @Override
    public Runnable onSession(SessionListener listener) {
        return link.listen(listener);
    }

    /** Takes one round trip when connected, no time otherwise. */
    @Override
    public void close() {
        synchronized (link) {
            if (link.closed()) {
                return;
            }
            link.markClosed();
        }
        var live = link.live();
        if (!keeper.endsSession() && live.handle() != null && live.session().connected()) {
            ephemerals.delete(live.handle(), live.session().id());
        }
        keeper.stop(link);
        link.end();
    }

    @Nullable ZooKeeper handle() {
        return link.live().handle();
    }

    private interface Sender<T> {
        void send(ZooKeeper handle, Reply<T> reply);
    }

    private <T> CompletableFuture<T> write(long session, String path, List<Op> operations, Sender<T> sender) {
        try {
            Op.demandFits(operations);
        } catch (TreeException tooLarge) {
            return CompletableFuture.failedFuture(tooLarge);
        }
        return call(session, path, sender);
    }

    private <T> CompletableFuture<T> call(String path, Sender<T> sender) {
        return call(ANY_SESSION, path, sender);
    }

    private <T> CompletableFuture<T> call(long session, String path, Sender<T> sender) {
        var reply = new Reply<T>(link, path);
        var live = link.live();
        var handle = live.handle();
        if (link.closed()) {
            reply.fail(Code.CLOSED, null);
        } else if (live.session().state() == Session.State.LOST
                || session != ANY_SESSION && session != live.session().id()) {
            reply.fail(Code.SESSION_EXPIRED, null);
        } else if (handle == null
                || !live.session().connected()
                // The handle knows sooner than its events tell.
                || !handle.getState().isConnected()) {
            reply.fail(Code.CONNECTION_LOSS, null);
        } else {
            try {
                sender.send(handle, reply);
            } catch (IllegalArgumentException malformed) {
                reply.fail(Code.OTHER, malformed);
            }
        }
        return reply.future;
    }

    private List<Op.Done> done(List<Op> asked, List<OpResult> results) {
        var done = new ArrayList<Op.Done>();
        for (var i = 0; i < asked.size(); i++) {
            var op = asked.get(i);
            if (results.get(i) instanceof OpResult.CreateResult created) {
                if (op instanceof Op.Create create && create.mode().ephemeral()) {
                    ephemerals.created(created.getPath());
                }
                done.add(new Op.Done(chroot.inward(created.getPath()), null));
            } else if (results.get(i) instanceof OpResult.SetDataResult set) {
                done.add(new Op.Done(op.path(), Replies.stat(set.getStat())));
            } else {
                ephemerals.deleted(chroot.outward(op.path()));
                done.add(new Op.Done(op.path(), null));
            }
        }
        return List.copyOf(done);
    }

    private final class OneShot implements Watcher {
        private final Runnable changed;
        private final AtomicBoolean told = new AtomicBoolean();

        OneShot(Runnable changed) {
            this.changed = changed;
        }

        @Override
        public void process(WatchedEvent event) {
            // Also when a closed recursive watch of the same path takes this one away: better once too often.
            if (event.getType() != Event.EventType.None && told.compareAndSet(false, true)) {
                link.deliver(changed);
            }
        }
    }
}
