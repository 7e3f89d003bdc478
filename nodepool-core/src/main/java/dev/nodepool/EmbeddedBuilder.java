package dev.nodepool;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.internal.builder.Builder;
import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A builder in this process with everything it owns. */
final class EmbeddedBuilder implements ImageBuilder {

    /** On top of the drain limit: ending a build cleanly, storing that, closing. */
    private static final Duration CLOSE = Duration.ofSeconds(150);

    private final Tree tree;
    private final Builder builder;
    private final Following following;
    private final Runnable lastly;
    private final Life life = new Life();

    /** @param lastly closes what the builder stands on */
    EmbeddedBuilder(Tree tree, Builder builder, Following following, Runnable lastly) {
        this.tree = tree;
        this.builder = builder;
        this.following = following;
        this.lastly = lastly;
    }

    @Override
    public ImageBuilder start() {
        life.start(() -> {
            builder.start();
            following.start();
        });
        return this;
    }

    @Override
    public CompletableFuture<Void> reload() {
        return following.check();
    }

    @Override
    public CompletableFuture<Void> reconfigure(Map<String, ?> values) {
        return following.replace(values);
    }

    @Override
    public Readiness readiness() {
        return following.remarked(builder.readiness());
    }

    @Override
    public List<ImageProgress> progress() {
        return builder.progress();
    }

    @Override
    public CompletableFuture<List<ImageView>> images() {
        return Ordered.call(tree, builder::images)
                .thenApply(images -> images.stream().map(ImageViews::of).toList());
    }

    @Override
    public CompletableFuture<Void> build(String image) {
        return Ordered.call(tree, () -> builder.orders().requestBuild(image));
    }

    @Override
    public CompletableFuture<Void> retry(String image) {
        return builder.retry(image);
    }

    @Override
    public CompletableFuture<Void> pause(String image) {
        return Ordered.call(tree, () -> builder.orders().pause(image));
    }

    @Override
    public CompletableFuture<Void> unpause(String image) {
        return Ordered.call(tree, () -> builder.orders().unpause(image));
    }

    @Override
    public CompletableFuture<Boolean> deleteBuild(String image, String build, boolean force) {
        var answer = Ordered.call(
                tree,
                () -> force
                        ? builder.orders().forceDeleteBuild(image, build)
                        : builder.orders().deleteBuild(image, build));
        return answer.thenApply(
                a -> ImageAnswers.done(a, "build " + image + "-" + build + " is being made or removed"));
    }

    @Override
    public CompletableFuture<Boolean> deleteUpload(String provider, String image, String build, String upload) {
        return Ordered.call(tree, () -> builder.orders().deleteUpload(provider, image, build, upload))
                .thenApply(a -> ImageAnswers.done(a, "upload " + upload + " is under way or being removed"));
    }

    @Override
    public Runnable listen(Consumer<ImageEvent> listener) {
        return builder.listen(listener);
    }

    @Override
    public void close(Duration drain) {
        life.end(() -> {
            following.stop();
            try {
                builder.stop(drain)
                        .completeOnTimeout(null, drain.plus(CLOSE).toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } finally {
                lastly.run();
            }
        });
    }
}
