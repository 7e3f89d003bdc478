package dev.nodepool.runner.web;

import dev.nodepool.model.NodeRequest;
import dev.nodepool.runner.listing.Column;
import dev.nodepool.runner.listing.Listing;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.PoolView;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** {@code /requests/ID}: how one request stands, and why each pool of this launcher does not take it. */
final class RequestEndpoint implements Endpoint {

    /** Begins the paths that are answered here. */
    static final String PATH = "/requests/";

    /** A pool with its reason. */
    private record Row(String provider, PoolView pool, Reason reason) {}

    private static final Listing<Row> POOLS = new Listing<>(List.of(
            Column.of("provider", "Provider", Row::provider),
            Column.of("pool", "Pool", row -> row.pool().name()),
            Column.of("launcher", "Launcher", row -> row.pool().launcherId()),
            Column.of("effect", "Effect", row -> effect(row.reason())),
            Column.of("code", "Code", row -> row.reason().code().name()),
            Column.of("reason", "Reason", row -> row.reason().text())));

    private final Supplier<CompletableFuture<Optional<Overview>>> overview;
    private final KeptAnswers kept;

    RequestEndpoint(Supplier<CompletableFuture<Optional<Overview>>> overview, KeptAnswers kept) {
        this.overview = overview;
        this.kept = kept;
    }

    @Override
    public CompletableFuture<Answer> answer(Query query) {
        Optional<Accept> accepted = Accept.of(query);
        if (accepted.isEmpty()) {
            return CompletableFuture.completedFuture(Refusals.notAcceptable());
        }
        boolean json = accepted.get() == Accept.JSON;
        String id = query.path().substring(PATH.length());
        return kept.answer(
                query,
                List.of(query.path(), json),
                (now, executor) -> overview.get()
                        .thenApplyAsync(
                                known -> known.map(all -> answer(query, all, id, json, now))
                                        .orElseGet(() -> Refusals.unavailable(query)),
                                executor));
    }

    private static Answer answer(Query query, Overview all, String id, boolean json, Instant now) {
        return all.requests().stream()
                .filter(request -> request.id().equals(id))
                .findAny()
                .map(request -> json
                        ? Answer.of(200, Answer.JSON, json(request, rows(all, id), now))
                        : Answer.of(200, Answer.TEXT, text(request, rows(all, id), now)))
                .orElseGet(() -> Refusals.notFound(query));
    }

    private static List<Row> rows(Overview all, String id) {
        Map<String, Reason> reasons = all.reasons().getOrDefault(id, Map.of());
        List<Row> rows = new ArrayList<>();
        for (ProviderView provider : all.providers()) {
            for (PoolView pool : provider.pools()) {
                Reason reason = reasons.get(pool.launcherId());
                if (reason != null) {
                    rows.add(new Row(provider.name(), pool, reason));
                }
            }
        }
        return rows;
    }

    /** What a pool does about a request it does not take: {@code declines}, {@code waits} or {@code leaves}. */
    static String effect(Reason reason) {
        return reason.code().effect().name().toLowerCase(Locale.ROOT);
    }

    private static String json(NodeRequest request, List<Row> rows, Instant now) {
        String own = Listings.REQUESTS.json(List.of(request), now);
        return own.substring(1, own.length() - 2) + ", \"pools\": " + POOLS.json(rows, now) + "}";
    }

    private static String text(NodeRequest request, List<Row> rows, Instant now) {
        String own = Listings.REQUESTS.text(List.of(request), now);
        return own + "\n\n" + (rows.isEmpty() ? condition(request) : POOLS.text(rows, now));
    }

    private static String condition(NodeRequest request) {
        return switch (request.state()) {
            case REQUESTED -> "No pool of this launcher has looked at it yet.";
            case PENDING -> "It is being served.";
            case FULFILLED -> "It is fulfilled.";
            case FAILED ->
                "Why it failed is not known here: another launcher was the last to decline it, or this one was"
                        + " started later.";
            default -> "Its state is unknown to this launcher, which leaves it alone.";
        };
    }
}
