package dev.nodepool.internal.launch;

import dev.nodepool.internal.assign.Plan;
import dev.nodepool.internal.assign.Plan.NodePlan;
import dev.nodepool.internal.inventory.HandOut;
import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.lifecycle.RequestEvent;
import dev.nodepool.internal.quota.Ledger;
import dev.nodepool.internal.quota.Use;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Held;
import dev.nodepool.internal.store.Refused;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request that a pool serves: claim it, have all its nodes, hand them over together or not at all.
 *
 * <p>Lives on the loop. While it lives it holds the request's lock; when it ends it holds nothing.
 */
public final class RequestFlow {

    /** How it ended. */
    public enum End {
        FULFILLED,
        /** The pool can not serve it. */
        DECLINED,
        /** It was given back and waits. */
        RELEASED,
        /** Its requestor withdrew it. */
        GONE,
        /** It was never ours, or is no more. */
        LOST
    }

    private final Stores stores;
    private final Ledger ledger;
    private final QuotaGate gate;
    private final LaunchListener listener;
    private final String installation;
    private final PoolSeat seat;
    private final Entry<NodeRequest> entry;
    private final NodeRequest request;
    private final Plan.Taken plan;
    private final Set<String> fullZones;
    private @Nullable String az;
    private boolean zoneFull;
    private final List<NodeLaunch> launches = new ArrayList<>();
    private final RequestEnding ending;
    private boolean stopped;

    /**
     * @param listener told how launches go
     * @param fullZones zones that had no room for all nodes of the request
     */
    public RequestFlow(
            Stores stores,
            Ledger ledger,
            QuotaGate gate,
            LaunchListener listener,
            String installation,
            PoolSeat seat,
            Entry<NodeRequest> entry,
            Plan.Taken plan,
            Set<String> fullZones) {
        this.stores = stores;
        this.ledger = ledger;
        this.gate = gate;
        this.listener = listener;
        this.installation = installation;
        this.seat = seat;
        this.entry = entry;
        this.request = entry.readable().orElseThrow();
        this.plan = plan;
        this.fullZones = fullZones;
        ending = new RequestEnding(stores, seat, request);
    }

    public PoolSeat seat() {
        return seat;
    }

    /** Number of machines this flow launches. */
    public int launchCount() {
        return (int)
                plan.nodes().stream().filter(NodePlan.Launch.class::isInstance).count();
    }

    /** Why it did not fulfil the request, when it ended so. */
    public Optional<Reason> reason() {
        return ending.reason();
    }

    /** Whether nothing but time tells when it is worth trying again. */
    public boolean unexplained() {
        return ending.unexplained();
    }

    /**
     * Starts, and reserves what the plan takes, so that the next round of decisions knows. Completes on the loop and never
     * fails.
     */
    public CompletableFuture<End> start() {
        var reserved = plan.nodes().stream().map(this::reserve).toList();
        stores.requests().claim(entry, RequestEvent.ACCEPT, Map.of()).whenComplete((held, failure) -> {
            if (failure != null) {
                reserved.forEach(Runnable::run);
                ending.notTaken(failure);
                return;
            }
            haveNodes(held, reserved);
        });
        return ending.end();
    }

    private Runnable reserve(NodePlan node) {
        return node instanceof NodePlan.Launch launch
                ? ledger.reserve(new Use(
                        seat.providerName(),
                        seat.pool().name(),
                        request.tenant(),
                        seat.facts(launch.label()).orElseThrow().needs()))
                : () -> {};
    }

    private void haveNodes(Held<NodeRequest> held, List<Runnable> reserved) {
        if (stopped) {
            reserved.forEach(Runnable::run);
            ending.giveBack(held);
            return;
        }
        az = plan.az() != null ? plan.az() : chooseZone();
        var results = new ArrayList<CompletableFuture<LaunchResult>>();
        var prepared = new ArrayList<CompletableFuture<?>>();
        for (var i = 0; i < plan.nodes().size(); i++) {
            var node = plan.nodes().get(i);
            if (node instanceof NodePlan.Reuse reuse) {
                results.add(reuse(reuse.node()));
                prepared.add(results.get(i));
            } else {
                results.add(launch(node.label(), az, reserved.get(i), prepared));
            }
        }
        CompletableFuture.allOf(prepared.toArray(CompletableFuture[]::new))
                .whenCompleteAsync((x, failure) -> launchAllOrNone(results), stores.loop());
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .whenCompleteAsync(
                        (x, failure) -> {
                            reserved.forEach(Runnable::run);
                            finish(
                                    held,
                                    results.stream()
                                            .map(CompletableFuture::join)
                                            .toList());
                        },
                        stores.loop());
    }

    /** One zone for all nodes of the request, any of those there are. */
    private @Nullable String chooseZone() {
        var zones = zonesLeft();
        return zones.isEmpty() ? null : zones.get(Math.floorMod(request.id().hashCode(), zones.size()));
    }

    private List<String> zonesLeft() {
        return seat.zones().stream().filter(zone -> !fullZones.contains(zone)).toList();
    }

    /** The zone that turned out to have no room for all nodes of the request, when it ended so. */
    public Optional<String> fullZone() {
        return zoneFull ? Optional.ofNullable(az) : Optional.empty();
    }

    private CompletableFuture<LaunchResult> reuse(String nodeId) {
        var ready = stores.nodes().cache().get(nodeId);
        if (ready == null || ready.readable().flatMap(Node::allocatedTo).isPresent()) {
            return CompletableFuture.completedFuture(new LaunchResult.NotNow("node " + nodeId + " was taken"));
        }
        var fields = new HashMap<String, @Nullable Object>();
        fields.put(Node.ALLOCATED_TO, request.id());
        fields.put(Node.TENANT, request.tenant());
        fields.put(Node.REQUESTOR, request.requestor());
        return stores.nodes()
                .claim(ready, NodeEvent.ALLOCATE, fields)
                .thenCompose(node -> HandOut.check(stores, seat.provider(), node))
                .handle((node, failure) -> failure == null
                        ? new LaunchResult.Ready(node)
                        : new LaunchResult.NotNow(
                                "node " + nodeId + " could not be had: " + message(failure),
                                !Refused.is(failure) && !HandOut.gaveUp(failure)));
    }

    private static String message(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }

    /** No machine is made for a request that can not have all its nodes. */
    private void launchAllOrNone(List<CompletableFuture<LaunchResult>> results) {
        var hindrance = Stream.concat(
                        results.stream().filter(CompletableFuture::isDone).flatMap(result -> missing(result.join())),
                        launches.stream().flatMap(launch -> launch.hindrance().stream()))
                .findFirst();
        launches.forEach(launch -> hindrance.ifPresentOrElse(launch::withdraw, launch::launch));
    }

    private static Stream<String> missing(LaunchResult result) {
        if (result instanceof LaunchResult.Ready) {
            return Stream.empty();
        }
        return Stream.of(result instanceof LaunchResult.NotNow not ? not.why() : "not all its nodes can be had");
    }

    private CompletableFuture<LaunchResult> launch(
            String label, @Nullable String az, Runnable recorded, List<CompletableFuture<?>> prepared) {
        var settings = seat.label(label).orElseThrow();
        var upload = settings.diskImage().flatMap(image -> stores.uploads().newestReady(image, seat.providerName()));
        var order = new NodeOrder(
                seat, request, settings, upload, seat.facts(label).orElseThrow().needs(), az);
        var clock = new LaunchClock(stores.threads(), listener);
        if (settings.diskImage().isPresent() && upload.isEmpty()) {
            recorded.run();
            clock.ended(order, LaunchOutcome.NO_IMAGE);
            return CompletableFuture.completedFuture(
                    new LaunchResult.Failed("image " + settings.diskImage().get() + " is not uploaded"));
        }
        var launch = new NodeLaunch(stores, gate, installation, order, clock);
        launches.add(launch);
        prepared.add(launch.record(recorded));
        return launch.result();
    }

    private void finish(Held<NodeRequest> held, List<LaunchResult> results) {
        var ready = new ArrayList<Held<Node>>();
        var failed = "";
        var notNow = "";
        var noCapacity = "";
        var unexplained = false;
        for (var result : results) {
            if (result instanceof LaunchResult.Ready have) {
                ready.add(have.node());
            } else if (result instanceof LaunchResult.Failed not) {
                failed = not.why();
            } else if (result instanceof LaunchResult.NoCapacity not) {
                noCapacity = not.why();
            } else if (result instanceof LaunchResult.NotNow not) {
                notNow = not.why();
                unexplained |= not.unexplained();
            }
        }
        if (!stores.requests().cache().mayExist(request.id())) {
            ending.gone(held, ready);
        } else if (!failed.isEmpty()) {
            ending.decline(held, ready, failed);
        } else if (!notNow.isEmpty()) {
            ending.giveBack(held, ready, "it was taken and given back: " + notNow, unexplained);
        } else if (!noCapacity.isEmpty()) {
            noCapacity(held, ready, noCapacity);
        } else {
            ending.fulfil(held, ready);
        }
    }

    /** What is ready becomes stock, and makes room when the next zone needs it. */
    private void noCapacity(Held<NodeRequest> held, List<Held<Node>> ready, String why) {
        if (zonesLeft().stream().allMatch(zone -> zone.equals(az))) {
            ending.decline(held, ready, "no capacity: " + why);
            return;
        }
        zoneFull = true;
        ending.giveBack(held, ready, "zone " + az + " has no room for all its nodes: " + why, false);
    }

    /** Asks to end soon: nothing more is launched, what is not ready is given up, the request is given back. */
    public void stop() {
        stopped = true;
        launches.forEach(NodeLaunch::stop);
    }
}
