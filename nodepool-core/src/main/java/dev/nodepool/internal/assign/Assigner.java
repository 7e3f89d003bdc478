package dev.nodepool.internal.assign;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.LabelState;
import dev.nodepool.internal.assign.Shelf.Choice;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.Reason;
import dev.nodepool.view.Reason.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides one round: goes through the waiting requests, first served first, and hands out what is free.
 *
 * <p>A request gets all its nodes at once or holds nothing. The first request of a pool that has to wait keeps what is
 * free there for itself, so that smaller ones behind it can not starve it.
 */
public final class Assigner {

    /** What keeps a pool from serving for a time nobody knows, so that pools of lower preference need not wait for it. */
    private static final Set<Code> MAY_LAST = EnumSet.of(
            Code.AT_POOL_LIMIT,
            Code.AT_PROVIDER_LIMIT,
            Code.QUOTA_REFUSED,
            Code.PROVIDER_STARTING,
            Code.PROVIDER_UNAVAILABLE);

    /** What a pool keeps all it has for the first request that waits for it. */
    private static final Set<Code> KEEPS = EnumSet.of(Code.AT_POOL_LIMIT, Code.AT_PROVIDER_LIMIT, Code.QUOTA_REFUSED);

    private static final Set<Code> WAITS_FOR_SHARE =
            EnumSet.of(Code.AT_POOL_LIMIT, Code.AT_PROVIDER_LIMIT, Code.QUOTA_REFUSED, Code.AT_TENANT_LIMIT);

    private final Snapshot snapshot;
    private final Peers peers;
    private final List<Shelf> shelves;
    private final Map<String, Amounts> providerUsed = new HashMap<>();
    private final Map<String, Amounts> providerFreeing = new HashMap<>();
    private final Map<String, Integer> providerLaunches = new HashMap<>();
    private final Tenants tenants;
    private final List<Plan.Taken> taken = new ArrayList<>();
    private final Map<String, Map<String, Reason>> refused = new LinkedHashMap<>();
    private final List<String> evicted = new ArrayList<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Map<Shape, Map<String, Reason>> hopeless = new HashMap<>();

    /**
     * What a refusal depends on, as far as the request goes. A round only ever hands out, so what was refused once is
     * refused again to all that ask for the same.
     */
    private record Shape(
            List<String> labels,
            Optional<String> provider,
            @Nullable String tenant,
            boolean reuse,
            boolean minReady,
            boolean patient,
            List<String> declinedBy) {}

    private Assigner(Snapshot snapshot) {
        this.snapshot = snapshot;
        peers = new Peers(snapshot.peers(), snapshot.pools());
        shelves = snapshot.pools().stream()
                .sorted(Comparator.comparingInt(Pool::priority))
                .map(Shelf::new)
                .toList();
        snapshot.providers().forEach((name, capacity) -> {
            providerUsed.put(name, capacity.used());
            providerFreeing.put(name, capacity.freeing());
        });
        tenants = new Tenants(snapshot.tenants());
    }

    public static Plan plan(Snapshot snapshot) {
        return new Assigner(snapshot).plan();
    }

    private Plan plan() {
        snapshot.waiting().stream().sorted(RequestOrder.FIRST_SERVED_FIRST).forEach(this::decide);
        return new Plan(List.copyOf(taken), refused, List.copyOf(evicted), List.copyOf(waiting));
    }

    private void decide(NodeRequest request) {
        var shape = shape(request);
        var known = hopeless.get(shape);
        if (known != null) {
            refused.put(request.id(), known);
            return;
        }
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
        reasons.forEach((pool, reason) -> {
            if (MAY_LAST.contains(reason.code())) {
                waiting.add(pool);
            }
        });
        if (!keep(request, reasons)) {
            hopeless.put(shape, reasons);
        }
    }

    private Shape shape(NodeRequest request) {
        return new Shape(
                request.labels(),
                request.provider(),
                request.tenant(),
                request.reuse(),
                request.minReady(),
                !snapshot.impatient().contains(request.id()),
                request.declinedBy());
    }

    /**
     * The first to wait somewhere: what is free there stays free for it.
     *
     * @return whether anything was kept, so that the next may be refused for another reason
     */
    private boolean keep(NodeRequest request, Map<String, Reason> reasons) {
        var waitsAt = shelves.stream()
                .filter(shelf -> KEEPS.contains(code(reasons, shelf)) && shelf.keptFor == null)
                .toList();
        var shortages = waitsAt.stream()
                .filter(shelf -> code(reasons, shelf) != Code.QUOTA_REFUSED)
                .map(shelf -> shortage(shelf, request))
                .toList();
        var keptAt = new HashSet<String>();
        for (var shelf : waitsAt) {
            // It will be served once: a further pool of the same provider keeps only its own share.
            keepAt(shelf, request, keptAt.add(shelf.pool.provider()));
        }
        makeRoom(shortages);
        var slotsKept = keepSlots(request, reasons);
        var needs = needsWhereItWaits(request, reasons);
        if (!keptAt.isEmpty()) {
            tenants.charge(request, needs);
            return true;
        }
        return reasons.values().stream().anyMatch(reason -> reason.code() == Code.AT_TENANT_LIMIT)
                        && tenants.keepFor(request, needs)
                || slotsKept;
    }

    /**
     * Free slots stay free for a request that needs more than there are, so that smaller ones behind it can not starve it;
     * but only when those in use will do for the rest. Nobody knows when a host comes back that is not reached.
     */
    private boolean keepSlots(NodeRequest request, Map<String, Reason> reasons) {
        for (var shelf : shelves) {
            if (code(reasons, shelf) == Code.NO_FREE_HOST
                    && shelf.pool
                            .stock()
                            .filter(stock -> stock.willServe(request.labels()))
                            .isPresent()) {
                var choice = shelf.choose(request);
                shelf.remove(choice);
                return !choice.reused().isEmpty();
            }
        }
        return false;
    }

    private static Code code(Map<String, Reason> reasons, Shelf shelf) {
        return Objects.requireNonNull(reasons.get(shelf.pool.launcherId())).code();
    }

    /** What it will take of its tenant: it waits in several pools but is served in one. */
    private Amounts needsWhereItWaits(NodeRequest request, Map<String, Reason> reasons) {
        return shelves.stream()
                .filter(shelf -> WAITS_FOR_SHARE.contains(code(reasons, shelf)))
                .map(shelf -> sum(shelf.pool, request.labels()))
                .findFirst()
                .orElse(Amounts.NONE);
    }

    private Optional<Reason> judge(NodeRequest request, Shelf shelf) {
        var pool = shelf.pool;
        var standing = standing(request, pool);
        if (standing.isPresent()) {
            return standing;
        }
        var choice = shelf.choose(request);
        if (pool.stock().isPresent()) {
            return choice.launches().isEmpty()
                    ? Optional.empty()
                    : pool.stock().map(stock -> stock.refusal(request, choice));
        }
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
        var tenant = tenants.limit(request, needs);
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

    private Optional<Reason> concurrency(Shelf shelf, Choice choice) {
        return shelf.pool
                .launchesLeft()
                .filter(left -> left - providerLaunches.getOrDefault(shelf.pool.provider(), 0) <= 0)
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
        var needs = sum(shelf.pool, choice.launches());
        shelf.remove(choice);
        charge(shelf, needs, needs);
        tenants.charge(request, sum(shelf.pool, request.labels()));
        providerLaunches.merge(shelf.pool.provider(), choice.launches().size(), Integer::sum);
        taken.add(new Plan.Taken(request.id(), shelf.pool.launcherId(), choice.nodes(), choice.az()));
    }

    /** What a request misses in a pool, beyond what is on its way out there. */
    private Shortage shortage(Shelf shelf, NodeRequest request) {
        var needs = sum(shelf.pool, shelf.choose(request).launches());
        var ofPool = lacking(shelf.used, needs, shelf.pool.limits());
        var ofProvider = lacking(
                providerUsed(shelf.pool),
                needs.minus(ofPool),
                capacity(shelf.pool).total());
        var poolGoing = atMost(shelf.freeing, ofPool);
        var providerGoing = atMost(providerFreeing(shelf).minus(poolGoing), ofProvider);
        return new Shortage(shelf, ofPool.minus(poolGoing), ofProvider.minus(providerGoing));
    }

    private Amounts providerFreeing(Shelf shelf) {
        return providerFreeing.getOrDefault(shelf.pool.provider(), Amounts.NONE);
    }

    /**
     * What is free in a pool, and what is on its way out, is kept for a request. What the pool lacks is not kept at the
     * provider as well: when a node of the pool goes, the provider has it back too.
     *
     * @param andProvider whether the provider's share is kept as well
     */
    private void keepAt(Shelf shelf, NodeRequest request, boolean andProvider) {
        var choice = shelf.choose(request);
        shelf.remove(choice);
        shelf.keptFor = request.id();
        var needs = sum(shelf.pool, choice.launches());
        var ofPool = lacking(shelf.used, needs, shelf.pool.limits());
        var toProvider = needs.minus(ofPool);
        var going = atMost(shelf.freeing, ofPool);
        shelf.freeing = shelf.freeing.minus(going);
        if (andProvider) {
            var ofProvider = lacking(
                    providerUsed(shelf.pool), toProvider, capacity(shelf.pool).total());
            going = going.plus(atMost(providerFreeing(shelf).minus(going), ofProvider));
        }
        providerFreeing.put(shelf.pool.provider(), providerFreeing(shelf).minus(going));
        charge(shelf, needs, andProvider ? toProvider : Amounts.NONE);
    }

    /**
     * Ready nodes make room for the first to wait, in one place only, where that is enough to serve it; nowhere when what
     * is on its way out is enough somewhere.
     */
    private void makeRoom(List<Shortage> shortages) {
        if (shortages.stream().anyMatch(Shortage::none)) {
            return;
        }
        for (var shortage : shortages) {
            var picked = new LinkedHashMap<Pool.ReadyNode, Shelf>();
            if (shortage.pick(shelves, picked)) {
                picked.forEach((node, shelf) -> {
                    shelf.remove(node);
                    evicted.add(node.id());
                });
                return;
            }
        }
    }

    private static Amounts lacking(Amounts used, Amounts needs, Amounts limit) {
        var lacks = new HashMap<String, Long>();
        needs.byName().forEach((name, need) -> {
            if (need > 0 && limit.byName().containsKey(name)) {
                lacks.put(name, Math.min(need, Math.max(0, used.get(name) + need - limit.get(name))));
            }
        });
        return new Amounts(lacks);
    }

    private static Amounts atMost(Amounts amounts, Amounts bound) {
        var result = new HashMap<String, Long>();
        bound.byName().forEach((name, n) -> result.put(name, Math.min(n, amounts.get(name))));
        return new Amounts(result);
    }

    private void charge(Shelf shelf, Amounts ofPool, Amounts ofProvider) {
        shelf.used = shelf.used.plus(ofPool);
        if (!shelf.pool.ignoreProviderQuota()) {
            providerUsed.merge(shelf.pool.provider(), ofProvider, Amounts::plus);
        }
    }

    private Snapshot.Capacity capacity(Pool pool) {
        return pool.ignoreProviderQuota()
                ? Snapshot.Capacity.UNLIMITED
                : snapshot.providers().getOrDefault(pool.provider(), Snapshot.Capacity.UNLIMITED);
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
}
