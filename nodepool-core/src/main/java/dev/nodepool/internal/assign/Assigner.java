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
    private final Room room;
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
            List<String> declinedBy,
            Set<String> fullZones) {}

    private Assigner(Snapshot snapshot) {
        this.snapshot = snapshot;
        peers = new Peers(snapshot.peers(), snapshot.pools());
        shelves = snapshot.pools().stream()
                .sorted(Comparator.comparingInt(Pool::priority))
                .map(Shelf::new)
                .toList();
        room = new Room(snapshot.providers());
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
                request.declinedBy(),
                fullZones(request));
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
                .map(shelf -> room.missing(shelf, launchNeeds(shelf, request)))
                .toList();
        var keptAt = new HashSet<String>();
        for (var shelf : waitsAt) {
            // It will be served once: a further pool of the same provider keeps only its own share.
            var needs = launchNeeds(shelf, request);
            shelf.remove(choose(shelf, request));
            shelf.keptFor = request.id();
            room.keep(shelf, needs, keptAt.add(shelf.pool.provider()));
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
                var choice = choose(shelf, request);
                shelf.remove(choice);
                return !choice.reused().isEmpty();
            }
        }
        return false;
    }

    private Shelf.Choice choose(Shelf shelf, NodeRequest request) {
        return shelf.choose(request, fullZones(request));
    }

    private Set<String> fullZones(NodeRequest request) {
        return snapshot.fullZones().getOrDefault(request.id(), Set.of());
    }

    private Amounts launchNeeds(Shelf shelf, NodeRequest request) {
        return sum(shelf.pool, choose(shelf, request).launches());
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
        var choice = choose(shelf, request);
        if (pool.stock().isPresent()) {
            return choice.launches().isEmpty()
                    ? Optional.empty()
                    : pool.stock().map(stock -> stock.refusal(request, choice));
        }
        var needs = sum(pool, request.labels());
        var refusal = room.tooBig(pool, needs).or(() -> tenants.limit(request, needs));
        if (refusal.isPresent() || choice.launches().isEmpty()) {
            return refusal;
        }
        return pool.unavailable()
                .or(() -> concurrency(shelf, choice))
                .or(() -> quota(request, shelf, sum(pool, choice.launches())));
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
        // What it could not serve anyhow it declines all the same, so that a request nobody can serve fails.
        if (pool.drained()) {
            return refuse(Code.DRAINED, "an operator drains it, which nodepool drain --undo ends");
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

    private Optional<Reason> quota(NodeRequest request, Shelf shelf, Amounts needs) {
        var reason = room.full(shelf, needs);
        if (reason.isEmpty()) {
            return reason;
        }
        if (request.minReady()) {
            return refuse(Code.NO_ROOM_FOR_MIN_READY, reason.get().text());
        }
        return shelf.keptFor == null
                ? reason
                : refuse(Code.BEHIND_OLDER_REQUEST, "request " + shelf.keptFor + " waits for quota here");
    }

    private void take(NodeRequest request, Shelf shelf) {
        var choice = choose(shelf, request);
        var needs = sum(shelf.pool, choice.launches());
        shelf.remove(choice);
        room.take(shelf, needs);
        tenants.charge(request, sum(shelf.pool, request.labels()));
        providerLaunches.merge(shelf.pool.provider(), choice.launches().size(), Integer::sum);
        taken.add(new Plan.Taken(request.id(), shelf.pool.launcherId(), choice.nodes(), choice.az()));
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
