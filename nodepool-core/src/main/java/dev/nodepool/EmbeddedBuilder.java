package dev.nodepool;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.internal.builder.Builder;
import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.image.ImageOrders.Answer;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.view.ImageProgress;
import dev.nodepool.view.ImageView;
import dev.nodepool.view.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A builder in this process with everything it owns. */
final class EmbeddedBuilder implements ImageBuilder {

    /** On top of the drain limit: ending a build cleanly, storing that, closing. */
    private static final Duration CLOSE = Duration.ofSeconds(150);

    private final Tree tree;
    private final Threads threads;
    private final Builder builder;
    private final @Nullable ConfigWatch watch;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param watch follows the configuration, null when that is a text */
    EmbeddedBuilder(Tree tree, Threads threads, Builder builder, @Nullable ConfigWatch watch) {
        this.tree = tree;
        this.threads = threads;
        this.builder = builder;
        this.watch = watch;
    }

    @Override
    public ImageBuilder start() {
        if (started.compareAndSet(false, true)) {
            builder.start();
            if (watch != null) {
                watch.start();
            }
        }
        return this;
    }

    @Override
    public CompletableFuture<Void> reload() {
        return watch == null ? CompletableFuture.completedFuture(null) : watch.check();
    }

    @Override
    public Readiness readiness() {
        var readiness = builder.readiness();
        return watch == null ? readiness : watch.remark().map(readiness::remark).orElse(readiness);
    }

    @Override
    public List<ImageProgress> progress() {
        return builder.progress();
    }

    @Override
    public CompletableFuture<List<ImageView>> images() {
        return builder.images()
                .thenApply(images -> images.stream().map(ImageViews::of).toList());
    }

    @Override
    public CompletableFuture<Void> build(String image) {
        return builder.orders().requestBuild(image);
    }

    @Override
    public CompletableFuture<Void> retry(String image) {
        return builder.retry(image);
    }

    @Override
    public CompletableFuture<Void> pause(String image) {
        return builder.orders().pause(image);
    }

    @Override
    public CompletableFuture<Void> unpause(String image) {
        return builder.orders().unpause(image);
    }

    @Override
    public CompletableFuture<Boolean> deleteBuild(String image, String build, boolean force) {
        var answer = force
                ? builder.orders().forceDeleteBuild(image, build)
                : builder.orders().deleteBuild(image, build);
        return answer.thenApply(a -> done(a, "build " + image + "-" + build + " is being made or removed"));
    }

    @Override
    public CompletableFuture<Boolean> deleteUpload(String provider, String image, String build, String upload) {
        return builder.orders()
                .deleteUpload(provider, image, build, upload)
                .thenApply(a -> done(a, "upload " + upload + " is under way or being removed"));
    }

    private static boolean done(Answer answer, String busy) {
        return switch (answer) {
            case DONE -> true;
            case NOT_FOUND -> false;
            case BUSY -> throw new IllegalStateException(busy);
        };
    }

    @Override
    public Runnable listen(Consumer<ImageEvent> listener) {
        return builder.listen(listener);
    }

    @Override
    public void close(Duration drain) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (watch != null) {
            watch.stop();
        }
        try {
            builder.stop(drain)
                    .completeOnTimeout(null, drain.plus(CLOSE).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } finally {
            tree.close();
            threads.close();
        }
    }
}
