package dev.nodepool.internal.store;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.RecordState;
import dev.nodepool.model.RequestState;
import dev.nodepool.model.StoredRecord;
import java.util.ArrayList;
import java.util.List;

/** Everything a role needs of ZooKeeper, on one loop, following the session. */
public final class Stores implements AutoCloseable {

    private static final List<String> ROOTS =
            List.of(Layout.NODES, Layout.REQUESTS, Layout.REQUEST_LOCKS, Layout.IMAGES);

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final Stats stats;
    private final Locks locks;
    private final RecordStore<Node, NodeState, NodeEvent> nodes;
    private final RecordStore<NodeRequest, RequestState, RequestEvent> requests;
    private final Uploads uploads;
    private final Registry registry;
    private final FollowedSession session;
    private final Drains drains;
    private final List<Runnable> changed = new ArrayList<>();
    private final List<Runnable> lost = new ArrayList<>();
    private final List<Runnable> connected = new ArrayList<>();
    private final List<Runnable> caughtUp = new ArrayList<>();
    private final List<Runnable> onceCaughtUp = new ArrayList<>();
    private boolean toldCaughtUp;

    /** @param identifier written into our lock contenders, for people */
    public Stores(Tree tree, Loop loop, Threads threads, String identifier) {
        this(tree, loop, threads, identifier, Stats.NONE);
    }

    /** The same with somewhere for figures to go. */
    public Stores(Tree tree, Loop loop, Threads threads, String identifier, Stats stats) {
        this(tree, loop, threads, new Locks(tree, threads.timer(), identifier, threads::newId), stats);
    }

    Stores(Tree tree, Loop loop, Threads threads, Locks locks, Stats stats) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        this.locks = locks;
        this.stats = GuardedStats.of(stats);
        nodes = store(RecordKind.NODE);
        requests = store(RecordKind.REQUEST);
        uploads = new Uploads(tree, loop, threads.timer(), this::documentsChanged);
        registry = new Registry(tree, loop, threads.timer(), this::documentsChanged);
        session = new FollowedSession(tree, loop, threads, ROOTS, new Following());
        drains = new Drains(tree, loop, threads.timer(), this::documentsChanged);
    }

    private <T extends StoredRecord, S extends RecordState, E extends Enum<E>> RecordStore<T, S, E> store(
            RecordKind<T, S, E> kind) {
        return new RecordStore<>(
                tree,
                loop,
                threads,
                locks,
                kind,
                new RecordCache<>(tree, loop, threads.timer(), kind, this::tellWhenCaughtUp));
    }

    /** Begins to follow the session. */
    public void start() {
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

    /** Where figures of the role go; never throws. {@link Stats#NONE} itself when nobody wants them. */
    public Stats stats() {
        return stats;
    }

    public Locks locks() {
        return locks;
    }

    public RecordStore<Node, NodeState, NodeEvent> nodes() {
        return nodes;
    }

    public RecordStore<NodeRequest, RequestState, RequestEvent> requests() {
        return requests;
    }

    public Uploads uploads() {
        return uploads;
    }

    public Registry registry() {
        return registry;
    }

    public Drains drains() {
        return drains;
    }

    /** How many records, registrations, uploads and orders could not be read so far; for any thread. */
    public long oddRecords() {
        return nodes.cache().oddRecords()
                + requests.cache().oddRecords()
                + uploads.cache().oddDocuments()
                + registry.oddDocuments()
                + drains.oddDocuments();
    }

    /** Run on the loop when a registration, an upload or an order changed. */
    public void onDocuments(Runnable action) {
        changed.add(action);
    }

    /** Run on the loop when everything is known, for the first time or again. */
    public void onCaughtUp(Runnable action) {
        caughtUp.add(action);
    }

    /** Run on the loop once, when everything is known: now if it is. */
    public void onceCaughtUp(Runnable action) {
        if (caughtUp()) {
            action.run();
        } else {
            onceCaughtUp.add(action);
        }
    }

    /** Run on the loop when the session is usable, for the first time or again. */
    public void onConnected(Runnable action) {
        connected.add(action);
    }

    /** Run on the loop when the session is over, with all its locks. */
    public void onLost(Runnable action) {
        lost.add(action);
    }

    /** Whether everything is known, so that decisions may be made. */
    public boolean caughtUp() {
        return tree.session().connected()
                && nodes.cache().caughtUp()
                && requests.cache().caughtUp()
                && uploads.cache().caughtUp()
                && registry.caughtUp()
                && drains.caughtUp();
    }

    private void documentsChanged() {
        tell(changed);
        tellWhenCaughtUp();
    }

    private void tellWhenCaughtUp() {
        if (!toldCaughtUp && caughtUp()) {
            toldCaughtUp = true;
            tell(caughtUp);
            var once = List.copyOf(onceCaughtUp);
            onceCaughtUp.clear();
            tell(once);
        }
    }

    /** One that throws keeps none of the others from hearing of it. */
    private void tell(List<Runnable> listeners) {
        List.copyOf(listeners).forEach(loop::guard);
    }

    private final class Following implements FollowedSession.Listener {

        @Override
        public void usable() {
            toldCaughtUp = false;
            nodes.cache().connected();
            requests.cache().connected();
            uploads.cache().connected();
            registry.connected();
            drains.connected();
            tell(connected);
        }

        @Override
        public void interrupted() {
            toldCaughtUp = false;
            nodes.cache().disconnected();
            requests.cache().disconnected();
            uploads.cache().disconnected();
            registry.disconnected();
            drains.disconnected();
        }

        @Override
        public void over() {
            tell(lost);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
