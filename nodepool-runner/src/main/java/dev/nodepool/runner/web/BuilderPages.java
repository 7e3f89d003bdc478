package dev.nodepool.runner.web;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.nodepool.ImageBuilder;
import dev.nodepool.runner.page.BuilderPage;
import dev.nodepool.runner.page.StatusPage;
import dev.nodepool.view.Overview;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** All that a builder shows of what it knows, by path. */
public final class BuilderPages {

    private BuilderPages() {}

    /**
     * The endpoints.
     *
     * @param page for people
     */
    public static Map<String, Endpoint> of(BuilderPage page, ImageBuilder builder, InstantSource clock) {
        KeptAnswers kept = new KeptAnswers(clock, Ticker.systemTicker());
        Supplier<CompletableFuture<Optional<Overview>>> overview = () -> builder.images()
                .thenApply(images ->
                        Optional.of(new Overview(true, List.of(), List.of(), Map.of(), List.of(), images, List.of())));
        Map<String, Endpoint> pages = new LinkedHashMap<>(ImagePages.of(overview, kept));
        pages.put(
                "/",
                new PageEndpoint(
                        (now, executor) -> builder.images()
                                .thenApplyAsync(
                                        images -> page.html(builder.readiness(), builder.progress(), images, now),
                                        executor),
                        kept));
        pages.put(StatusPage.STYLE, PageEndpoint.file(StatusPage.STYLE, "text/css; charset=UTF-8"));
        pages.put(StatusPage.SCRIPT, PageEndpoint.file(StatusPage.SCRIPT, "text/javascript; charset=UTF-8"));
        return pages;
    }
}
