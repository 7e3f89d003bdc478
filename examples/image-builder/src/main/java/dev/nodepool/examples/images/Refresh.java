package dev.nodepool.examples.images;

import dev.nodepool.ImageBuilder;
import dev.nodepool.view.ImageView;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Builds images anew and tells when every provider has the new build. Thread-safe. */
public final class Refresh {

    private final ImageBuilder builder;

    /** @param builder started; the caller's to close */
    public Refresh(ImageBuilder builder) {
        this.builder = builder;
    }

    /**
     * Builds an image anew, also when the last build is young.
     *
     * @param providers those that are to have it
     * @return completes with the id of the new build; fails with {@link IllegalStateException} when its building or an upload
     *     fails, and with {@link java.util.concurrent.TimeoutException} after the limit
     */
    public CompletableFuture<String> image(String image, Set<String> providers, Duration limit) {
        var result = new CompletableFuture<String>();
        var seen = new HashSet<String>();
        builds(image)
                .thenAccept(builds -> builds.forEach(build -> seen.add(build.id())))
                .thenCompose(x -> builder.build(image))
                .whenComplete((x, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                        return;
                    }
                    // Events say when to look; what they tell of may be over when we do.
                    var stop = builder.listen(event -> {
                        if (event.image().equals(image)) {
                            look(image, seen, providers, result);
                        }
                    });
                    result.whenComplete((id, why) -> stop.run());
                    look(image, seen, providers, result);
                });
        return result.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(String image, Set<String> seen, Set<String> providers, CompletableFuture<String> result) {
        builds(image)
                .thenAccept(builds -> builds.stream()
                        .filter(build -> !seen.contains(build.id()))
                        .forEach(build -> judge(image, build, providers, result)));
    }

    private static void judge(
            String image, ImageView.Build build, Set<String> providers, CompletableFuture<String> result) {
        var having = new HashSet<String>();
        for (var upload : build.uploads()) {
            switch (upload.state()) {
                case "ready" -> having.add(upload.provider());
                case "failed" -> fail(image, "its upload to " + upload.provider() + " failed", result);
                default -> {}
            }
        }
        if (build.state().equals("failed")) {
            fail(image, "it could not be built, see the log of build " + build.id(), result);
        } else if (build.state().equals("ready") && having.containsAll(providers)) {
            result.complete(build.id());
        }
    }

    private static void fail(String image, String why, CompletableFuture<String> result) {
        result.completeExceptionally(new IllegalStateException(image + ": " + why));
    }

    private CompletableFuture<List<ImageView.Build>> builds(String image) {
        return builder.images()
                .thenApply(images -> images.stream()
                        .filter(view -> view.name().equals(image))
                        .flatMap(view -> view.builds().stream())
                        .toList());
    }
}
