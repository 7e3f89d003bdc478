package dev.nodepool.internal.store;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.runtime.Loop;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Session;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.NodeState;
import dev.nodepool.model.RecordState;
import dev.nodepool.model.RequestState;
import dev.nodepool.model.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything a role needs of ZooKeeper, on one loop, following the session. */
public final class Stores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Tree tree;
    private final Loop loop;
    private final Threads threads;
    private final Stats stats;
    private final Locks locks;
    private final RecordStore<Node, NodeState, NodeEvent> nodes;
    private final RecordStore<NodeRequest, RequestState, RequestEvent> requests;
    private final Uploads uploads;
    private final Registry registry;
    private final Drains drains;
    private final List<Runnable> changed = new ArrayList<>();
    private final List<Runnable> lost = new ArrayList<>();
    private final List<Runnable> connected = new ArrayList<>();
    private final List<Runnable> caughtUp = new ArrayList<>();
    private final List<Runnable> onceCaughtUp = new ArrayList<>();
    private boolean toldCaughtUp;
    private Runnable stopListening = () -> {};
    private long knownSession;

    /** @param identifier written into our lock contenders, for people */
    public Stores(Tree tree, Loop loop, Threads threads, String identifier) {
        this(tree, loop, threads, identifier, Stats.NONE);
    }

    /** The same with somewhere for figures to go. */
    public Stores(Tree tree, Loop loop, Threads threads, String identifier, Stats stats) {
        this.tree = tree;
        this.loop = loop;
        this.threads = threads;
        this.stats = GuardedStats.of(stats);
        locks = new Locks(tree, threads.timer(), identifier);
        nodes = store(RecordKind.NODE);
        requests = store(RecordKind.REQUEST);
        uploads = new Uploads(tree, loop, threads.timer(), this::documentsChanged);
        registry = new Registry(tree, loop, threads.timer(), this::documentsChanged);
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

    private void session(Session now) {
        if (now.id() != knownSession || now.state() == Session.State.LOST) {
            if (knownSession != 0) {
                knownSession = 0;
                tell(lost);
            }
            knownSession = now.state() == Session.State.LOST ? 0 : now.id();
        }
        if (!now.connected()) {
            disconnected();
            return;
        }
        makeRoots(now);
    }

    private void makeRoots(Session now) {
        CompletableFuture.allOf(
                        tree.ensure(Layout.NODES),
                        tree.ensure(Layout.REQUESTS),
                        tree.ensure(Layout.REQUEST_LOCKS),
                        tree.ensure(Layout.IMAGES))
                .whenCompleteAsync((x, failure) -> rootsMade(now, failure), loop);
    }

    private void rootsMade(Session made, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("The roots of the records could not be made, which is tried again: {}", String.valueOf(failure));
            threads.timerOn(loop).after(RETRY, () -> {
                if (usable(made)) {
                    makeRoots(made);
                }
            });
            return;
        }
        if (usable(made)) {
            toldCaughtUp = false;
            nodes.cache().connected();
            requests.cache().connected();
            uploads.cache().connected();
            registry.connected();
            drains.connected();
            tell(connected);
        }
    }

    private boolean usable(Session session) {
        return tree.session().id() == session.id() && tree.session().connected();
    }

    private void disconnected() {
        toldCaughtUp = false;
        nodes.cache().disconnected();
        requests.cache().disconnected();
        uploads.cache().disconnected();
        registry.disconnected();
        drains.disconnected();
    }

    @Override
    public void close() {
        stopListening.run();
    }
}
