package dev.nodepool.runner.explain;

import dev.nodepool.model.NodeRequest;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.model.RequestState;
import dev.nodepool.runner.explain.PoolReasons.Answers;
import dev.nodepool.runner.listing.Age;
import dev.nodepool.runner.listing.Column;
import dev.nodepool.runner.listing.Listing;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.view.NodeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything there is to say about a request: where it stands, its nodes, and what each pool that is registered does about
 * it.
 *
 * @param nodes those that belong to it
 */
public record Explanation(NodeRequest request, List<NodeView> nodes, List<Verdict> verdicts, List<String> silent) {

    private static final Listing<Verdict> VERDICTS = new Listing<>(List.of(
            Column.of("provider", "Provider", Verdict::provider),
            Column.of("pool", "Pool", Verdict::pool),
            Column.of("launcher", "Launcher", Verdict::launcher),
            Column.of("answer", "Answer", Verdict::answer),
            Column.of("code", "Code", Verdict::code),
            Column.of("reason", "Reason", Verdict::reason)));

    public Explanation {
        nodes = List.copyOf(nodes);
        verdicts = List.copyOf(verdicts);
        silent = List.copyOf(silent);
    }

    /**
     * Puts together what ZooKeeper and launchers say.
     *
     * @param nodes all there are
     */
    public static Explanation of(
            NodeRequest request, List<NodeView> nodes, List<RegisteredPool> pools, Answers answers) {
        List<NodeView> own = nodes.stream()
                .filter(view ->
                        view.node().allocatedTo().filter(request.id()::equals).isPresent()
                                || request.nodes().contains(view.id()))
                .toList();
        Map<String, Verdict> byLauncher = new TreeMap<>();
        pools.forEach(pool -> byLauncher.put(pool.id(), unasked(request, own, pool)));
        request.declinedBy()
                .forEach(launcher -> byLauncher.computeIfAbsent(
                        launcher, id -> new Verdict("", "", id, "declined", null, "it is not registered any more")));
        answers.verdicts().forEach(verdict -> byLauncher.put(verdict.launcher(), verdict));
        return new Explanation(
                request,
                own,
                byLauncher.values().stream()
                        .sorted(Comparator.comparing(Verdict::provider)
                                .thenComparing(Verdict::pool)
                                .thenComparing(Verdict::launcher))
                        .toList(),
                answers.silent());
    }

    private static Verdict unasked(NodeRequest request, List<NodeView> nodes, RegisteredPool pool) {
        if (request.declinedBy().contains(pool.id())) {
            return verdict(pool, "declined", "its launcher does not tell why; its log does");
        }
        Set<String> launchers =
                nodes.stream().flatMap(view -> view.node().launcher().stream()).collect(Collectors.toSet());
        if (launchers.contains(pool.id())) {
            return verdict(pool, "accepted", "its nodes are of this pool");
        }
        if (request.state() != RequestState.REQUESTED) {
            return verdict(pool, "unknown", "another pool has it");
        }
        return verdict(
                pool,
                "unknown",
                pool.exact() && !pool.supports(request.labels())
                        ? "it does not have all labels"
                        : "its launcher does not tell: one of Python, or not asked, or it has not decided yet");
    }

    private static Verdict verdict(RegisteredPool pool, String answer, String reason) {
        return new Verdict(pool.provider(), pool.name(), pool.id(), answer, null, reason);
    }

    /** For people. */
    public String text(Instant now) {
        List<String> parts = new ArrayList<>();
        parts.add(Listings.REQUESTS.text(List.of(request), now));
        parts.add(standing(now));
        if (!nodes.isEmpty()) {
            parts.add(Listings.NODES_IN_SHORT.text(nodes, now));
        }
        parts.add(verdicts.isEmpty() ? "No launcher is registered." : VERDICTS.text(verdicts, now));
        parts.addAll(silent);
        return String.join("\n", parts);
    }

    private String standing(Instant now) {
        String state = request.doc().textOrNull(NodeRequest.STATE);
        Instant since = Instant.ofEpochMilli(Math.round(request.stateTime() * 1000));
        return "It is %s for %s.".formatted(state, Age.of(since, now));
    }

    /** For programs: the request with {@code nodes_found}, {@code pools} and {@code silent}. */
    public String json(Instant now) {
        String own = Listings.REQUESTS.json(List.of(request), now);
        return own.substring(1, own.length() - 2)
                + ", \"nodes_found\": " + Listings.NODES.json(nodes, now)
                + ", \"pools\": " + VERDICTS.json(verdicts, now)
                + ", \"silent\": " + Listings.valueAsJson(silent) + "}";
    }
}
