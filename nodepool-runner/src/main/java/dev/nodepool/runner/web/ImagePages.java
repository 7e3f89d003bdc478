package dev.nodepool.runner.web;

import dev.nodepool.runner.listing.Listings;
import dev.nodepool.view.Overview;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The tables about images, by path. */
final class ImagePages {

    private ImagePages() {}

    static Map<String, Endpoint> of(Supplier<CompletableFuture<Optional<Overview>>> overview, KeptAnswers kept) {
        Map<String, Endpoint> pages = new LinkedHashMap<>();
        pages.put(
                "/image-list",
                new TableEndpoint<>(Listings.UPLOADS, overview, (all, query) -> Listings.uploads(all.images()), kept));
        pages.put(
                "/dib-image-list",
                new TableEndpoint<>(Listings.BUILDS, overview, (all, query) -> Listings.builds(all.images()), kept));
        pages.put("/image-status", new TableEndpoint<>(Listings.IMAGES, overview, (all, query) -> all.images(), kept));
        return pages;
    }
}
