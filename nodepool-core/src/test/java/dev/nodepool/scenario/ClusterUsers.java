package dev.nodepool.scenario;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.model.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Users like Zuul: they ask for nodes, lock what they get, work, and give it back; or change their minds, hold nodes, or
 * die. They look closely at what they are given.
 */
final class ClusterUsers {

    private record Work(String contender, double until) {}

    private final Scenario scenario;
    private final ClusterWatch watch;
    private final SplittableRandom random;
    private final Probe probe = new Probe();
    private final MemoryTree tree;
    private final Map<String, Double> waiting = new LinkedHashMap<>();
    private final Map<String, Work> working = new LinkedHashMap<>();
    private final Map<String, Integer> ends = new HashMap<>();
    /** Nodes that somebody has spoiled on purpose. */
    final Set<String> spoiled = new HashSet<>();

    final List<String> violations = new ArrayList<>();
    private final List<String> notRemoved = new ArrayList<>();
    private final Set<String> askedInCalm = new HashSet<>();
    private double longestWait;

    ClusterUsers(Scenario scenario, ClusterWatch watch, SplittableRandom random) {
        this.scenario = scenario;
        this.watch = watch;
        this.random = random;
        probe.forgetful();
        probe.onCall(watch::before);
        probe.onAnswer(call -> watch.after(call, "user", false));
        tree = scenario.server.open(probe);
        scenario.turns.run();
    }

    private double now() {
        return scenario.time.instant().toEpochMilli() / 1e3;
    }

    /** Requests that are not yet done with. */
    Set<String> waiting() {
        return Set.copyOf(waiting.keySet());
    }

    Set<String> nodesInUse() {
        return Set.copyOf(working.keySet());
    }

    /** How long the request that was asked for in calm has waited that has waited longest, seconds. */
    double waitedLongest() {
        return askedInCalm.stream()
                .filter(waiting::containsKey)
                .mapToDouble(id -> now() - waiting.get(id))
                .max()
                .orElse(0);
    }

    /** How requests ended, by state. */
    Map<String, Integer> ends() {
        return ends;
    }

    /** Between asking and having, seconds; requests that were asked for while nothing went wrong and no others. */
    double longestWait() {
        return longestWait;
    }

    /** @param calm whether nothing goes wrong, so that the time until it has its nodes counts */
    void ask(List<String> labels, boolean calm) {
        var more = new HashMap<String, Object>();
        more.put("relative_priority", calm ? 0 : random.nextInt(3));
        if (random.nextInt(4) == 0) {
            more.put("tenant_name", "t" + random.nextInt(2));
        }
        var order = scenario.order(more, labels.toArray(String[]::new));
        tree.ensure(Layout.REQUESTS)
                .thenCompose(
                        x -> tree.create(Layout.REQUESTS + "/200-", Json.write(order), Tree.Mode.PERSISTENT_SEQUENTIAL))
                .thenAccept(znode -> {
                    waiting.put(znode.name(), now());
                    if (calm) {
                        askedInCalm.add(znode.name());
                    }
                });
    }

    /** Changes its mind about a request that waits or is being served. */
    void withdraw() {
        waiting.keySet().stream()
                .skip(random.nextInt(waiting.size() + 1))
                .findFirst()
                .ifPresent(id -> {
                    waiting.remove(id);
                    ends.merge("withdrawn", 1, Integer::sum);
                    remove(id);
                });
    }

    /** Repeated until it is known to have happened. */
    private void remove(String request) {
        tree.delete(Layout.request(request), -1).whenComplete((x, failure) -> {
            if (failure != null && TreeException.codeOf(failure) != TreeException.Code.NO_NODE) {
                notRemoved.add(request);
            }
        });
    }

    /** All users die at once: their locks go, and what they had in use is nobody's. */
    void die() {
        scenario.server.expire(tree);
        working.clear();
    }

    /** How users go about what they have to do. */
    enum Manner {
        /** Somebody looks at what is fulfilled now and then. */
        SLOW,
        /** What is fulfilled is taken at once, and used. */
        BUSY,
        /** What is fulfilled is taken, and what is taken is given back. */
        LEAVING
    }

    /** Takes what is fulfilled, and gives back what was used for long enough. */
    void act(Manner manner) {
        var prompt = manner != Manner.SLOW;
        scenario.turns.run();
        var again = List.copyOf(notRemoved);
        notRemoved.clear();
        again.forEach(this::remove);
        scenario.turns.run();
        var requests = watch.documents(Layout.REQUESTS);
        for (var id : List.copyOf(waiting.keySet())) {
            var request = requests.get(id);
            if (request == null) {
                violations.add("request " + id + " is gone, and nobody removed it");
                waiting.remove(id);
                continue;
            }
            var state = request.text("state").orElse("");
            if (state.equals("failed") && (prompt || random.nextInt(3) == 0)) {
                end(id, state);
            } else if (state.equals("fulfilled") && (prompt || random.nextInt(3) == 0)) {
                if (askedInCalm.remove(id)) {
                    longestWait = Math.max(longestWait, now() - waiting.get(id));
                }
                take(id, request);
                end(id, state);
            }
        }
        for (var entry : List.copyOf(working.entrySet())) {
            if (entry.getValue().until() <= now() || manner == Manner.LEAVING) {
                giveBack(entry.getKey(), entry.getValue());
            }
        }
    }

    private void end(String id, String how) {
        waiting.remove(id);
        ends.merge(how, 1, Integer::sum);
        remove(id);
        scenario.turns.run();
    }

    private void take(String id, Document request) {
        var nodes = request.texts("nodes");
        if (nodes.size() != request.texts("node_types").size()) {
            violations.add("request " + id + " is fulfilled with " + nodes);
        }
        for (var node : nodes) {
            var contender = lock(node);
            var now = watch.documents(Layout.NODES).get(node);
            if (contender.isEmpty() || now == null || !isReadyFor(id, now)) {
                if (!spoiled.contains(node)) {
                    violations.add("request " + id + " is fulfilled with node " + node + ", which is " + now);
                }
                contender.ifPresent(path -> scenario.await(quietly(tree.delete(path, -1))));
                continue;
            }
            if (working.containsKey(node)) {
                violations.add("node " + node + " is given to " + id + " while it is in use");
            }
            write(node, now.with("state", "in-use"));
            working.put(node, new Work(contender.get(), now() + random.nextInt(1, 300)));
        }
    }

    private static boolean isReadyFor(String request, Document node) {
        return node.text("state").orElse("").equals("ready")
                && node.text("allocated_to").orElse("").equals(request);
    }

    /** The contender that holds the lock; empty when somebody else does, or the node is gone. */
    private Optional<String> lock(String node) {
        var made = scenario.await(tree.create(
                        Layout.nodeLock(node) + "/0123456789abcdef0123456789abcdef__lock__",
                        new byte[0],
                        Tree.Mode.EPHEMERAL_SEQUENTIAL)
                .thenApply(znode -> Optional.of(znode.path()))
                .exceptionally(gone -> Optional.empty()));
        if (made.isPresent() && scenario.names(Layout.nodeLock(node)).size() > 1) {
            scenario.await(quietly(tree.delete(made.get(), -1)));
            return Optional.empty();
        }
        return made;
    }

    private void giveBack(String node, Work work) {
        working.remove(node);
        var now = watch.documents(Layout.NODES).get(node);
        if (now == null) {
            violations.add("node " + node + " is gone while its user has it");
            return;
        }
        if (!now.text("state").orElse("").equals("in-use")) {
            violations.add("node " + node + " is " + now + " while its user has it");
        }
        write(node, now.with("state", "used"));
        scenario.await(quietly(tree.delete(work.contender(), -1)));
    }

    private void write(String node, Document doc) {
        scenario.await(quietly(tree.set(Layout.node(node), Json.write(doc.with("state_time", now())), -1)));
    }

    /** What users do may come too late; what that means shows in what they find. */
    private static <T> CompletableFuture<Boolean> quietly(CompletableFuture<T> call) {
        return call.handle((x, failure) -> failure == null);
    }
}
