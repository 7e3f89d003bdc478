package dev.nodepool.runner.web;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.nodepool.runner.listing.KeptRows;
import dev.nodepool.runner.listing.Listings;
import dev.nodepool.runner.page.StatusPage;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** All that a launcher shows of what it knows, by path. */
public final class LauncherPages {

    private LauncherPages() {}

    /**
     * The endpoints.
     *
     * @param page for people
     * @param readiness of the launcher
     * @param overview asked once a second at most for each form of each page
     */
    public static Map<String, Endpoint> of(
            StatusPage page,
            Supplier<Readiness> readiness,
            Supplier<CompletableFuture<Optional<Overview>>> overview,
            InstantSource clock) {
        return of(page, readiness, overview, clock, Ticker.systemTicker());
    }

    static Map<String, Endpoint> of(
            StatusPage page,
            Supplier<Readiness> readiness,
            Supplier<CompletableFuture<Optional<Overview>>> overview,
            InstantSource clock,
            Ticker ticker) {
        KeptAnswers kept = new KeptAnswers(clock, ticker);
        Map<String, Endpoint> pages = new LinkedHashMap<>();
        pages.put(
                "/node-list", new TableEndpoint<>(Listings.NODES, overview, LauncherPages::nodes, kept, nodesAsJson()));
        pages.put(
                "/request-list",
                new TableEndpoint<>(Listings.REQUESTS, overview, (all, query) -> all.requests(), kept));
        pages.putAll(ImagePages.of(overview, kept));
        pages.put("/label-list", new TableEndpoint<>(Listings.LABELS, overview, (all, query) -> all.labels(), kept));
        pages.put(RequestEndpoint.PATH, new RequestEndpoint(overview, kept));
        pages.put(
                "/",
                new PageEndpoint(
                        (now, executor) ->
                                overview.get().thenApplyAsync(all -> page.html(readiness.get(), all, now), executor),
                        kept));
        pages.put(StatusPage.STYLE, PageEndpoint.file(StatusPage.STYLE, "text/css; charset=UTF-8"));
        pages.put(StatusPage.SCRIPT, PageEndpoint.file(StatusPage.SCRIPT, "text/javascript; charset=UTF-8"));
        return pages;
    }

    /** There may be thousands, of which few change from one second to the next. */
    private static TableEndpoint.Json<NodeView> nodesAsJson() {
        KeptRows<NodeView> all = new KeptRows<>(
                Listings.NODES,
                NodeView::id,
                (one, other) -> one.node() == other.node() && one.locked() == other.locked());
        return (nodes, query, now) -> query.parameter("node_id").isPresent()
                ? Listings.NODES.json(nodes, now).getBytes(StandardCharsets.UTF_8)
                : all.json(nodes, now);
    }

    private static List<NodeView> nodes(Overview all, Query query) {
        return query.parameter("node_id")
                .filter(id -> !id.isEmpty())
                .map(id -> all.nodes().stream()
                        .filter(node -> node.id().equals(id))
                        .toList())
                .orElse(all.nodes());
    }
}
