package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.internal.assign.Pool.ReadyNode;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides one round: goes through the waiting requests, first served first, and hands out what is free.
 *
 * <p>A request gets all its nodes at once or holds nothing. The first request of a pool that has to wait keeps what is
 * free there for itself, so that smaller ones behind it can not starve it.
 */
public final class Assigner {

    private final Snapshot snapshot;
    private final Peers peers;
    private final List<Shelf> shelves;
    private final Map<String, Amounts> providerUsed = new HashMap<>();
    private final Map<String, Amounts> tenantFree;
    private final List<Plan.Taken> taken = new ArrayList<>();
    private final Map<String, Map<String, Reason>> refused = new LinkedHashMap<>();
    private final List<String> evicted = new ArrayList<>();

    private Assigner(Snapshot snapshot) {
        this.snapshot = snapshot;
        peers = new Peers(snapshot.peers(), snapshot.pools());
        shelves = snapshot.pools().stream()
                .sorted(Comparator.comparingInt(Pool::priority))
                .map(Shelf::new)
                .toList();
        snapshot.providers().forEach((name, capacity) -> providerUsed.put(name, capacity.used()));
        tenantFree = new HashMap<>(snapshot.tenantFree());
    }

    public static Plan plan(Snapshot snapshot) {
        return new Assigner(snapshot).plan();
    }

    private Plan plan() {
        snapshot.waiting().stream().sorted(RequestOrder.FIRST_SERVED_FIRST).forEach(this::decide);
        var waiting = shelves.stream()
                .filter(s -> s.keptFor != null)
                .map(s -> s.pool.launcherId())
                .toList();
        return new Plan(List.copyOf(taken), refused, List.copyOf(evicted), waiting);
    }

    private void decide(NodeRequest request) {
        var reasons = new LinkedHashMap<String, Reason>();
        for (var shelf : shelves) {
            var refusal = judge(request, shelf);
            if (refusal.isEmpty()) {
                take(request, shelf);
                return;
            }
            reasons.put(shelf.pool.launcherId(), refusal.get());
        }
        refused.put(request.id(), reasons);
        shelves.stream()
                .filter(s -> waitsForQuota(reasons.get(s.pool.launcherId())))
                .filter(s -> s.keptFor == null)
                .forEach(s -> keepFor(request, s));
    }

    private static boolean waitsForQuota(@Nullable Reason reason) {
        return reason != null && (reason.code() == Code.AT_POOL_LIMIT || reason.code() == Code.AT_PROVIDER_LIMIT);
    }

    private Optional<Reason> judge(NodeRequest request, Shelf shelf) {
        var pool = shelf.pool;
        var standing = standing(request, pool);
        if (standing.isPresent()) {
            return standing;
        }
        var choice = shelf.choose(request);
        var needs = sum(pool, request.labels());
        var capacity = capacity(pool);
        var tooBig = needs.exceeding(pool.limits());
        if (!tooBig.isEmpty()) {
            return refuse(
                    Code.TOO_BIG,
                    "it needs " + needs.get(tooBig) + " " + tooBig + ", the pool may have "
                            + pool.limits().get(tooBig));
        }
        tooBig = needs.exceeding(capacity.total());
        if (!tooBig.isEmpty()) {
            return refuse(
                    Code.TOO_BIG,
                    "it needs " + needs.get(tooBig) + " " + tooBig + ", the provider has "
                            + capacity.total().get(tooBig));
        }
        var tenant = tenantLimit(request, needs);
        if (tenant.isPresent()) {
            return tenant;
        }
        if (choice.launches().isEmpty()) {
            return Optional.empty();
        }
        return pool.unavailable()
                .or(() -> concurrency(shelf, choice))
                .or(() -> quota(request, shelf, sum(pool, choice.launches()), capacity));
    }

    /** What can be said without looking at figures. */
    private Optional<Reason> standing(NodeRequest request, Pool pool) {
        if (pool.launchesLeft().filter(n -> n < 0).isPresent()) {
            return refuse(Code.SWITCHED_OFF, "max-concurrency is 0");
        }
        if (request.declinedBy().contains(pool.launcherId())) {
            return refuse(Code.DECLINED_BEFORE, "it declined the request before");
        }
        if (request.labels().isEmpty()) {
            return refuse(Code.NO_LABELS, "the request names no labels");
        }
        var patient = !snapshot.impatient().contains(request.id());
        var preferred = request.provider();
        if (patient
                && preferred.isPresent()
                && !preferred.get().equals(pool.provider())
                && peers.preferredProviderMayServe(request, preferred.get())) {
            return refuse(Code.OTHER_PROVIDER_PREFERRED, "the request prefers provider " + preferred.get());
        }
        if (patient && peers.betterPriorityMayServe(request, pool.priority())) {
            return refuse(Code.BETTER_PRIORITY_ELSEWHERE, "a pool of better priority can serve it");
        }
        var missing = request.labels().stream()
                .filter(l -> !pool.labels().containsKey(l))
                .findFirst();
        if (missing.isPresent()) {
            return patient && peers.othersHaveLabels(request, pool.launcherId())
                    ? refuse(Code.OTHER_POOL_HAS_LABELS, "another pool has label " + missing.get())
                    : refuse(Code.LABEL_NOT_HERE, "the pool has no label " + missing.get());
        }
        if (pool.disabled()) {
            return refuse(Code.POOL_DISABLED, "max-servers is 0 or less");
        }
        return labelState(request, pool);
    }

    private static Optional<Reason> labelState(NodeRequest request, Pool pool) {
        if (pool.unavailable().filter(r -> r.code() == Code.PROVIDER_STARTING).isPresent()) {
            return pool.unavailable();
        }
        for (var name : request.labels()) {
            var state = label(pool, name).state();
            if (state.kind() == LabelState.Kind.BROKEN) {
                return refuse(Code.LABEL_BROKEN, "label " + name + ": " + state.reason());
            }
            if (state.kind() == LabelState.Kind.NOT_NOW) {
                return refuse(Code.IMAGE_NOT_READY, "label " + name + ": " + state.reason());
            }
        }
        return Optional.empty();
    }

    private Optional<Reason> tenantLimit(NodeRequest request, Amounts needs) {
        var free = request.tenant() == null ? null : tenantFree.get(request.tenant());
        if (free == null || needs.fitsIn(free)) {
            return Optional.empty();
        }
        return refuse(
                Code.AT_TENANT_LIMIT,
                "tenant " + request.tenant() + " may have " + Math.max(0, free.get(needs.exceeding(free))) + " more "
                        + needs.exceeding(free));
    }

    private static Optional<Reason> concurrency(Shelf shelf, Choice choice) {
        return shelf.pool
                .launchesLeft()
                .filter(left -> left - shelf.launches <= 0)
                .flatMap(left -> refuse(
                        Code.AT_MAX_CONCURRENCY,
                        "max-concurrency is reached, the request needs "
                                + choice.launches().size() + " launches"));
    }

    private Optional<Reason> quota(NodeRequest request, Shelf shelf, Amounts needs, Snapshot.Capacity capacity) {
        var reason = shortage(shelf.used, needs, shelf.pool.limits())
                .map(text -> new Reason(Code.AT_POOL_LIMIT, "the pool " + text))
                .or(() -> shortage(providerUsed(shelf.pool), needs, capacity.total())
                        .map(text -> new Reason(Code.AT_PROVIDER_LIMIT, "the provider " + text)));
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        if (request.minReady()) {
            return refuse(Code.NO_ROOM_FOR_MIN_READY, reason.get().text());
        }
        return shelf.keptFor == null
                ? reason
                : refuse(Code.BEHIND_OLDER_REQUEST, "request " + shelf.keptFor + " waits for quota here");
    }

    private static Optional<String> shortage(Amounts used, Amounts needs, Amounts limit) {
        var name = used.plus(needs).exceeding(limit);
        return name.isEmpty() || needs.get(name) == 0
                ? needed(used, needs, limit)
                : Optional.of(describe(name, used, needs, limit));
    }

    /** A limit that others exceed is no shortage for a request that needs none of it. */
    private static Optional<String> needed(Amounts used, Amounts needs, Amounts limit) {
        return needs.byName().keySet().stream()
                .filter(n -> needs.get(n) > 0 && limit.byName().containsKey(n))
                .filter(n -> used.get(n) + needs.get(n) > limit.get(n))
                .findFirst()
                .map(n -> describe(n, used, needs, limit));
    }

    private static String describe(String name, Amounts used, Amounts needs, Amounts limit) {
        return "has " + Math.max(0, limit.get(name) - used.get(name)) + " of " + limit.get(name) + " " + name
                + " free, the request needs " + needs.get(name);
    }

    private void take(NodeRequest request, Shelf shelf) {
        var choice = shelf.choose(request);
        shelf.remove(choice);
        charge(request, shelf, sum(shelf.pool, choice.launches()));
        shelf.launches += choice.launches().size();
        taken.add(new Plan.Taken(request.id(), shelf.pool.launcherId(), choice.nodes(), choice.az()));
    }

    /** The first to wait here: what is free stays free for it, and nodes nobody asked for make room. */
    private void keepFor(NodeRequest request, Shelf shelf) {
        var choice = shelf.choose(request);
        shelf.remove(choice);
        shelf.keptFor = request.id();
        var needs = sum(shelf.pool, choice.launches());
        var missing = missing(shelf, needs);
        charge(request, shelf, needs);
        for (var node : List.copyOf(shelf.ready)) {
            if (missing.byName().values().stream().noneMatch(n -> n > 0)) {
                break;
            }
            shelf.ready.remove(node);
            evicted.add(node.id());
            missing = missing.minus(node.amounts());
        }
    }

    /** What has to become free, beyond what is on its way out already. */
    private Amounts missing(Shelf shelf, Amounts needs) {
        var result = new HashMap<String, Long>();
        needs.byName().forEach((name, need) -> {
            var short1 = over(shelf.used, name, need, shelf.pool.limits());
            var short2 = over(
                    providerUsed(shelf.pool), name, need, capacity(shelf.pool).total());
            result.put(name, Math.max(short1, short2) - shelf.pool.freeing().get(name));
        });
        return new Amounts(result);
    }

    private static long over(Amounts used, String name, long need, Amounts limit) {
        return limit.byName().containsKey(name) ? used.get(name) + need - limit.get(name) : 0;
    }

    private void charge(NodeRequest request, Shelf shelf, Amounts needs) {
        shelf.used = shelf.used.plus(needs);
        if (!shelf.pool.ignoreProviderQuota()) {
            providerUsed.merge(shelf.pool.provider(), needs, Amounts::plus);
        }
        if (request.tenant() != null) {
            tenantFree.computeIfPresent(request.tenant(), (t, free) -> free.minus(needs));
        }
    }

    private Snapshot.Capacity capacity(Pool pool) {
        return pool.ignoreProviderQuota()
                ? new Snapshot.Capacity(Amounts.NONE, Amounts.NONE)
                : snapshot.providers().getOrDefault(pool.provider(), new Snapshot.Capacity(Amounts.NONE, Amounts.NONE));
    }

    private Amounts providerUsed(Pool pool) {
        return providerUsed.getOrDefault(pool.provider(), Amounts.NONE);
    }

    private static Amounts sum(Pool pool, List<String> labels) {
        return labels.stream().map(l -> label(pool, l).needs()).reduce(Amounts.NONE, Amounts::plus);
    }

    private static Pool.Label label(Pool pool, String name) {
        return pool.labels().getOrDefault(name, new Pool.Label(Amounts.NONE, LabelState.READY));
    }

    private static Optional<Reason> refuse(Code code, String text) {
        return Optional.of(new Reason(code, text));
    }

    /** How the nodes of one request are had from one pool. */
    private record Choice(
            List<NodePlan> nodes,
            List<ReadyNode> reused,
            @Nullable String az) {

        List<String> launches() {
            return nodes.stream()
                    .filter(NodePlan.Launch.class::isInstance)
                    .map(NodePlan::label)
                    .toList();
        }
    }

    /** A pool with what this round has handed out of it. */
    private static final class Shelf {

        private final Pool pool;
        private final List<ReadyNode> ready;
        private Amounts used;
        private int launches;
        private @Nullable String keptFor;

        Shelf(Pool pool) {
            this.pool = pool;
            ready = new ArrayList<>(pool.ready());
            used = pool.used();
        }

        Choice choose(NodeRequest request) {
            var reused = new ArrayList<ReadyNode>();
            var nodes = new ArrayList<NodePlan>();
            String az = null;
            for (var label : request.labels()) {
                var wantedAz = az;
                var node = !request.reuse()
                        ? Optional.<ReadyNode>empty()
                        : ready.stream()
                                .filter(n -> n.labels().contains(label) && !reused.contains(n))
                                .filter(n -> wantedAz == null || wantedAz.equals(n.az()))
                                .findFirst();
                if (node.isPresent()) {
                    reused.add(node.get());
                    az = az == null ? node.get().az() : az;
                    nodes.add(new NodePlan.Reuse(label, node.get().id()));
                } else {
                    nodes.add(new NodePlan.Launch(label));
                }
            }
            return new Choice(nodes, reused, az);
        }

        void remove(Choice choice) {
            ready.removeAll(choice.reused());
        }
    }
}
