package dev.nodepool.internal.launcher;

import dev.nodepool.internal.assign.Plan;
import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.internal.launch.Decline;
import dev.nodepool.internal.launch.LaunchListener;
import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.launch.QuotaGate;
import dev.nodepool.internal.launch.RequestFlow;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.recycle.Recycler;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RequestState;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps the requests that wait and the flows that serve, and carries out what each round decides. Lives on the loop.
 */
final class Rounds implements RecordCache.Listener<NodeRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    /** How long a request is left to others that are expected to take it. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Set<Reason.Code> LEFT_TO_OTHERS = EnumSet.of(
            Reason.Code.OTHER_PROVIDER_PREFERRED,
            Reason.Code.BETTER_PRIORITY_ELSEWHERE,
            Reason.Code.OTHER_POOL_HAS_LABELS);

    private final Stores stores;
    private final Ledger ledger;
    private final QuotaGate gate;
    private final NodeIndex nodes;
    private final Adrift adrift;
    private final Recycler recycler;
    private final LaunchListener launches;
    private final Runnable changed;
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Map<String, RequestFlow> flows = new HashMap<>();
    private final Set<String> declining = new HashSet<>();
    private final Map<String, Map<String, Reason>> reasons = new HashMap<>();
    private final Map<String, Double> leftSince = new HashMap<>();
    private final Set<String> unknownStates = new HashSet<>();
    private final Rests rests;
    private final Map<String, Set<String>> fullZones = new HashMap<>();

    /**
     * @param launches told how launches go
     * @param changed asks for another round
     */
    Rounds(
            Stores stores,
            Ledger ledger,
            NodeIndex nodes,
            Adrift adrift,
            Recycler recycler,
            LaunchListener launches,
            Runnable changed) {
        this.stores = stores;
        this.ledger = ledger;
        this.gate = new QuotaGate(ledger);
        this.nodes = nodes;
        this.adrift = adrift;
        this.recycler = recycler;
        this.launches = launches;
        this.changed = changed;
        rests = new Rests(stores.threads().timerOn(stores.loop()), changed);
        stores.requests().cache().listen(this);
    }

    @Override
    public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
        if (after == null) {
            waiting.remove(id);
            reasons.remove(id);
            leftSince.remove(id);
            unknownStates.remove(id);
            rests.forget(id);
            fullZones.remove(id);
            recycler.requestGone(adrift.nodesOf(id));
        } else {
            follow(after);
        }
        changed.run();
    }

    private void follow(Entry<NodeRequest> entry) {
        var state = entry.readable().map(NodeRequest::state);
        if (state.filter(s -> s == RequestState.REQUESTED).isPresent()) {
            waiting.add(entry.id());
            return;
        }
        waiting.remove(entry.id());
        // Why it failed is what people ask; its record stays as long as whoever asked for the nodes likes.
        if (state.filter(s -> s == RequestState.FAILED).isEmpty()) {
            reasons.remove(entry.id());
        }
        leftSince.remove(entry.id());
        if (state.filter(s -> s == RequestState.UNKNOWN).isPresent() && unknownStates.add(entry.id())) {
            LOG.atWarn()
                    .addKeyValue("request", entry.id())
                    .log(
                            "Leaving request {} alone: its state {} is unknown",
                            entry.id(),
                            entry.readable().orElseThrow().doc().get("state"));
        }
    }

    @Override
    public void lockChanged(String id, boolean locked) {
        if (!locked && waiting.contains(id)) {
            changed.run();
        }
    }

    /** Requests that a round decides on: nobody has them, and their record is up to date. */
    List<NodeRequest> candidates() {
        var cache = stores.requests().cache();
        var candidates = new ArrayList<NodeRequest>();
        for (var id : waiting) {
            var entry = cache.get(id);
            if (entry != null
                    && !flows.containsKey(id)
                    && !declining.contains(id)
                    && !rests.resting(id)
                    && !cache.locked(id)
                    && !cache.outdated(id)) {
                entry.readable().ifPresent(candidates::add);
            }
        }
        return candidates;
    }

    /** Requests that we left to other launchers for so long that we do not believe in them any more. */
    Set<String> impatient() {
        var limit = stores.threads().now() - PATIENCE.toSeconds();
        return leftSince.entrySet().stream()
                .filter(e -> e.getValue() <= limit)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** By request, zones that had no room for all its nodes. */
    Map<String, Set<String>> fullZones() {
        return fullZones;
    }

    Collection<RequestFlow> flows() {
        return flows.values();
    }

    /** Why each of our pools does not take a request, by launcher id; empty when it is taken or unknown. */
    Map<String, Reason> reasons(String request) {
        return Map.copyOf(reasons.getOrDefault(request, Map.of()));
    }

    void carryOut(Plan plan, Function<String, PoolSeat> seats, String installation) {
        plan.taken().forEach(taken -> serve(taken, seats.apply(taken.launcherId()), installation));
        var verdicts = new IdentityHashMap<Map<String, Reason>, Verdict>();
        plan.refused().forEach((id, why) -> refuse(id, why, verdicts.computeIfAbsent(why, Verdict::of)));
        plan.evicted().forEach(this::evict);
    }

    /** Deletes the ready nodes of a pool that nobody has. */
    void empty(String provider, String pool) {
        var ready = new ArrayList<String>();
        nodes.ready(provider, pool).all().forEachRemaining(node -> ready.add(node.id()));
        ready.forEach(this::evict);
    }

    private void evict(String node) {
        var settled = nodes.leaves(node);
        recycler.evict(node).whenComplete((x, failure) -> {
            settled.run();
            changed.run();
        });
    }

    private void serve(Plan.Taken taken, PoolSeat seat, String installation) {
        var id = taken.request();
        var entry = stores.requests().cache().get(id);
        if (entry == null) {
            return;
        }
        reasons.remove(id);
        LOG.atInfo().addKeyValue("request", id).log("Request {} is taken by {}", id, seat.launcherId());
        var flow = new RequestFlow(
                stores, ledger, gate, launches, installation, seat, entry, taken, fullZones.getOrDefault(id, Set.of()));
        flows.put(id, flow);
        var done = seat.provider().use();
        var promised = taken.nodes().stream()
                .filter(NodePlan.Reuse.class::isInstance)
                .map(node -> nodes.promise(((NodePlan.Reuse) node).node()))
                .toList();
        flow.start().whenComplete((end, x) -> {
            flows.remove(id);
            done.run();
            promised.forEach(Runnable::run);
            ended(id, flow, end);
            changed.run();
        });
    }

    private void ended(String id, RequestFlow flow, RequestFlow.End end) {
        if (stores.requests().cache().get(id) == null) {
            return;
        }
        if (flow.unexplained()) {
            rests.failed(id);
        } else if (end == RequestFlow.End.RELEASED) {
            rests.givenBack(id);
        } else {
            rests.forget(id);
        }
        flow.fullZone()
                .ifPresent(zone ->
                        fullZones.computeIfAbsent(id, x -> new HashSet<>()).add(zone));
        flow.reason().ifPresent(reason -> reasons.put(id, Map.of(flow.seat().launcherId(), reason)));
    }

    /**
     * What reasons lead to. Requests that ask for the same share their reasons, of which hundreds may come in each round.
     *
     * @param left whether other launchers may serve the request
     * @param declining our pools that never will
     * @param again whether some of our pools declined the request before
     */
    private record Verdict(boolean left, List<String> declining, boolean again) {

        static Verdict of(Map<String, Reason> why) {
            return new Verdict(
                    why.values().stream().anyMatch(reason -> LEFT_TO_OTHERS.contains(reason.code())),
                    why.entrySet().stream()
                            .filter(e -> e.getValue().declines())
                            .map(Map.Entry::getKey)
                            .toList(),
                    why.values().stream().anyMatch(reason -> reason.code() == Reason.Code.DECLINED_BEFORE));
        }
    }

    private void refuse(String id, Map<String, Reason> why, Verdict verdict) {
        if (verdict.left()) {
            leftSince.putIfAbsent(id, stores.threads().now());
        }
        var told = verdict.again() ? told(id, why) : why;
        var known = reasons.put(id, told);
        if (!told.equals(known)) {
            told.forEach((pool, reason) -> tell(id, pool, reason, known == null ? null : known.get(pool)));
        }
        if (!verdict.declining().isEmpty() || declinedByAll(id)) {
            decline(id, verdict.declining());
        }
    }

    /** That it declined before is no answer to why: what it said then is. */
    private Map<String, Reason> told(String id, Map<String, Reason> why) {
        var before = reasons.getOrDefault(id, Map.of());
        var told = new HashMap<>(why);
        told.replaceAll((pool, reason) ->
                reason.code() == Reason.Code.DECLINED_BEFORE ? before.getOrDefault(pool, reason) : reason);
        return told;
    }

    /** Texts name the request that is first, so with each one served those of all that wait change. */
    private static void tell(String id, String pool, Reason reason, @Nullable Reason before) {
        var level = before == null || before.code() != reason.code() ? Level.INFO : Level.DEBUG;
        LOG.atLevel(level).addKeyValue("request", id).log("Request {} is not taken by {}: {}", id, pool, reason.text());
    }

    /** The last launcher that had not declined is gone: nobody is left who would say so. */
    private boolean declinedByAll(String id) {
        var entry = stores.requests().cache().get(id);
        if (entry == null || entry.record() == null) {
            return false;
        }
        var declined = entry.record().declinedBy();
        return !declined.isEmpty() && stores.registry().allAmong(Set.copyOf(declined));
    }

    private void decline(String id, List<String> pools) {
        var entry = stores.requests().cache().get(id);
        if (entry == null) {
            return;
        }
        var decline = Decline.of(entry.readable().orElseThrow(), pools, stores.registry());
        if (decline.fails()) {
            LOG.atInfo().addKeyValue("request", id).log("Request {} fails: every launcher has declined it", id);
        }
        declining.add(id);
        stores.requests()
                .applyUnlocked(entry, decline.event(), decline.fields())
                .whenComplete((x, failure) -> {
                    declining.remove(id);
                    if (failure != null && !Refused.is(failure)) {
                        LOG.atWarn()
                                .addKeyValue("request", id)
                                .log("Request {} could not be declined: {}", id, String.valueOf(failure));
                    }
                    if (failure != null && stores.requests().cache().get(id) != null) {
                        rests.failed(id);
                    }
                    changed.run();
                });
    }

    /** Asks all flows to end soon. */
    void stop() {
        List.copyOf(flows.values()).forEach(RequestFlow::stop);
    }

    /** Whether nothing is under way. */
    boolean idle() {
        return flows.isEmpty() && declining.isEmpty();
    }
}
