package dev.nodepool.internal.metrics;

import dev.nodepool.internal.store.Stores;
import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.model.NodeState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Tells how many nodes are in each state and how many requests each pool could serve, once a second at most and only
 * when that has changed. One launcher tells it for all. Lives on the loop.
 */
final class StateReport {

    /** How long after the first change since the last report the next one is made. */
    private static final Duration GATHER = Duration.ofSeconds(1);

    private static final EnumSet<NodeState> STATES = EnumSet.complementOf(EnumSet.of(NodeState.UNKNOWN));

    private final Stores stores;
    private final NodeTally nodes = new NodeTally(this::tellSoon);
    private final RequestTally requests = new RequestTally(this::tellSoon);
    private final StatsElection election;
    private final Map<Figure, Long> told = new HashMap<>();
    private boolean due;

    StateReport(Stores stores) {
        this.stores = stores;
        election = new StatsElection(stores, this::elected);
        stores.nodes().cache().listen(nodes);
        stores.requests().cache().listen(requests);
        stores.onDocuments(this::tellSoon);
        stores.onCaughtUp(this::tellSoon);
        stores.onLost(this::leave);
    }

    /** Who told it before may have told something else. */
    private void elected() {
        told.clear();
        tellSoon();
    }

    private void tellSoon() {
        if (!due && election.won()) {
            due = true;
            stores.threads().timerOn(stores.loop()).after(GATHER, this::tell);
        }
    }

    private void tell() {
        due = false;
        // When the copies are not whole yet, their being so asks for a report.
        if (!election.won() || !stores.caughtUp()) {
            return;
        }
        var now = figures();
        if (now.equals(told)) {
            return;
        }
        // All of them, as Python does: what is lost on the way is mended by the next change.
        now.forEach(stores.stats()::gauge);
        told.keySet().removeAll(now.keySet());
        told.forEach((figure, value) -> {
            if (value != 0) {
                stores.stats().gauge(figure, 0);
            }
            stores.stats().withdraw(figure);
        });
        told.clear();
        told.putAll(now);
    }

    private Map<Figure, Long> figures() {
        var figures = new HashMap<Figure, Long>();
        zeros(figures, FigureName.NODES::of);
        for (var pool : stores.registry().pools()) {
            zeros(figures, state -> FigureName.PROVIDER_NODES.of(pool.provider(), state));
            pool.labels().forEach(label -> zeros(figures, state -> FigureName.LABEL_NODES.of(label, state)));
            if (!pool.name().isEmpty()) {
                figures.merge(
                        FigureName.ADDRESSABLE_REQUESTS.of(pool.provider(), pool.name()),
                        requests.addressableBy(pool.labels()),
                        Math::max);
            }
        }
        figures.putAll(nodes.sums());
        return figures;
    }

    private static void zeros(Map<Figure, Long> figures, Function<String, Figure> figure) {
        STATES.forEach(state -> figures.put(figure.apply(state.text()), 0L));
    }

    /** Somebody else tells them from now on. */
    private void leave() {
        told.keySet().forEach(stores.stats()::withdraw);
        told.clear();
    }

    void stop() {
        election.stop();
        leave();
    }
}
