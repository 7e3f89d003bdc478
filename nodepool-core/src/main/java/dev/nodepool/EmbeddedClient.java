package dev.nodepool;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.internal.launcher.LiveView;
import dev.nodepool.view.Overview;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client in this process with everything it owns. */
final class EmbeddedClient implements NodeClient {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Ground ground;
    private final LiveView view;
    private final Requesting requesting;
    private final Life life = new Life();

    EmbeddedClient(Ground ground) {
        this.ground = ground;
        view = new LiveView(ground.stores());
        requesting = new Requesting(ground.stores(), ground.identifier());
    }

    @Override
    public NodeClient start() {
        life.start(() -> {
            requesting.start();
            ground.stores().loop().execute(ground.stores()::start);
        });
        return this;
    }

    @Override
    public CompletableFuture<NodeLease> request(RequestOptions options, List<String> labels) {
        return requesting.request(options, labels);
    }

    @Override
    public CompletableFuture<Optional<Overview>> overview() {
        return life.ended()
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.supplyAsync(view::overview, ground.stores().loop());
    }

    @Override
    public Runnable listen(Consumer<NodePoolEvent> listener) {
        return requesting.events().listen(listener);
    }

    @Override
    public Runnable listenImages(Consumer<ImageEvent> listener) {
        return view.listenImages(listener);
    }

    @Override
    public Orders orders() {
        return requesting.orders();
    }

    @Override
    public void close() {
        life.end(() -> {
            try {
                requesting
                        .close()
                        .thenRunAsync(ground.stores()::close, ground.stores().loop())
                        .completeOnTimeout(null, CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } finally {
                ground.close();
            }
        });
    }
}
