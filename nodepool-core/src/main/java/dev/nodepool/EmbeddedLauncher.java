package dev.nodepool;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.internal.keyscan.HostKeyScanner;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import dev.nodepool.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A launcher in this process with everything it owns. */
final class EmbeddedLauncher implements NodePool {

    /** On top of the drain limit: giving back, closing. */
    private static final Duration CLOSE = Duration.ofSeconds(15);

    private final Ground ground;
    private final HostKeyScanner hostKeys;
    private final Launcher launcher;
    private final Following following;
    private final Requesting requesting;
    private final Life life = new Life();

    EmbeddedLauncher(Ground ground, HostKeyScanner hostKeys, Launcher launcher, Following following) {
        this.ground = ground;
        this.hostKeys = hostKeys;
        this.launcher = launcher;
        this.following = following;
        requesting = new Requesting(ground.stores(), ground.identifier());
        launcher.onProvider(requesting.events()::tell);
    }

    @Override
    public void announce(URI web) {
        launcher.announce(web);
    }

    @Override
    public NodePool start() {
        life.start(() -> {
            requesting.start();
            launcher.start();
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
        return following.remarked(launcher.readiness());
    }

    @Override
    public CompletableFuture<NodeLease> request(RequestOptions options, List<String> labels) {
        return requesting.request(options, labels);
    }

    @Override
    public CompletableFuture<Map<String, Reason>> reasons(String request) {
        return life.ended() ? CompletableFuture.completedFuture(Map.of()) : launcher.reasons(request);
    }

    @Override
    public CompletableFuture<Optional<Overview>> overview() {
        return life.ended() ? CompletableFuture.completedFuture(Optional.empty()) : launcher.overview();
    }

    @Override
    public Runnable listen(Consumer<NodePoolEvent> listener) {
        return requesting.events().listen(listener);
    }

    @Override
    public Runnable listenImages(Consumer<ImageEvent> listener) {
        return launcher.view().listenImages(listener);
    }

    @Override
    public Orders orders() {
        return requesting.orders();
    }

    @Override
    public void close(Duration drain) {
        life.end(() -> {
            following.stop();
            try {
                requesting
                        .stopAsking()
                        .thenCompose(x -> launcher.stop(drain))
                        .thenCompose(x -> requesting.close())
                        .completeOnTimeout(null, drain.plus(CLOSE).toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } finally {
                hostKeys.close();
                ground.close();
            }
        });
    }
}
