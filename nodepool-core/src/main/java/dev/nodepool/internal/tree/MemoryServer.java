package dev.nodepool.internal.tree;

import dev.nodepool.internal.tree.Session.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * A tree in memory that several {@link MemoryTree}s share, each with its own session. Sessions do not run out by
 * themselves: a test says when. Its methods may be called from any thread; what they do happens on the executor.
 */
public final class MemoryServer {

    private final Executor executor;
    private final LongSupplier clockMillis;

    // Touched on the executor only.
    private final MemoryZnodes znodes = new MemoryZnodes();
    private final Map<MemoryTree, Long> sessions = new LinkedHashMap<>();
    private long nextSession = 0x1_0000_0000L;

    /**
     * @param executor runs one task at a time, in the order they come
     * @param clockMillis the server's time, ms since the epoch
     */
    public MemoryServer(Executor executor, LongSupplier clockMillis) {
        this.executor = executor;
        this.clockMillis = clockMillis;
    }

    /** Does everything on the calling thread, before the call returns. */
    public static MemoryServer inline(LongSupplier clockMillis) {
        return new MemoryServer(new Serial(), clockMillis);
    }

    public MemoryTree open() {
        return open(MemoryTree.Interceptor.NONE);
    }

    /** A tree of a new session; it is connected one turn of the executor later. */
    public MemoryTree open(MemoryTree.Interceptor interceptor) {
        var tree = new MemoryTree(this, interceptor);
        execute(() -> begin(tree));
        return tree;
    }

    /** Cuts the connection; the session lives on. */
    public void suspend(MemoryTree tree) {
        tree.down(true);
        tree.cut();
        execute(() -> tree.tell(State.SUSPENDED, tree.session().id()));
    }

    /** Ends {@link #suspend}, with a new session if the old one was lost. */
    public void resume(MemoryTree tree) {
        tree.down(false);
        execute(() -> {
            var id = sessions.get(tree);
            if (id == null) {
                begin(tree);
            } else {
                tree.connected(id);
            }
        });
    }

    /**
     * Ends the session as if it had timed out. A connected tree gets a new one, a suspended one when it is resumed, one
     * that vanished never.
     */
    public void expire(MemoryTree tree) {
        execute(() -> {
            var returns = !tree.down() && !tree.vanished();
            tree.cut();
            var id = tree.session().id();
            tree.forget();
            end(tree);
            if (returns) {
                tree.tell(State.SUSPENDED, id);
            }
            tree.tell(State.LOST, id);
            if (returns) {
                execute(() -> begin(tree));
            }
        });
    }

    /** The process dies: its tree answers and tells nothing any more, its session lives until {@link #expire}. */
    public void vanish(MemoryTree tree) {
        tree.vanish();
    }

    // ---- for the trees

    void execute(Runnable task) {
        executor.execute(task);
    }

    /** Whether a session is the present one of a tree. */
    boolean lives(MemoryTree tree, long session) {
        return sessions.getOrDefault(tree, 0L) == session;
    }

    MemoryZnodes znodes() {
        return znodes;
    }

    List<Op.Done> apply(MemoryTree tree, List<Op> operations) {
        var applied = znodes.apply(operations, sessions.getOrDefault(tree, 0L), clockMillis.getAsLong());
        for (var change : applied.changes()) {
            List.copyOf(sessions.keySet()).forEach(each -> each.changed(change));
        }
        return applied.done();
    }

    void end(MemoryTree tree) {
        var id = sessions.remove(tree);
        if (id != null) {
            var owned = new ArrayList<Op>();
            znodes.ownedBy(id).forEach(path -> owned.add(new Op.Delete(path, -1)));
            apply(tree, owned);
        }
    }

    private void begin(MemoryTree tree) {
        if (!tree.ended()) {
            znodes.tick();
            var id = nextSession++;
            sessions.put(tree, id);
            tree.connected(id);
        }
    }
}
