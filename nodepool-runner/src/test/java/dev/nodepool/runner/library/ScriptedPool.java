package dev.nodepool.runner.library;

import dev.nodepool.NodeLease;
import dev.nodepool.NodePool;
import dev.nodepool.Orders;
import dev.nodepool.RequestOptions;
import dev.nodepool.event.ImageEvent;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Readiness;
import dev.nodepool.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool that does nothing but note what it was told. */
public class ScriptedPool implements NodePool {

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public volatile @Nullable Overview overview;
    public volatile Readiness readiness = new Readiness(false, List.of("ZooKeeper"), List.of());

    @Override
    public void announce(URI web) {
        calls.add("announce " + web.getHost());
    }

    @Override
    public NodePool start() {
        calls.add("start");
        return this;
    }

    @Override
    public CompletableFuture<Void> reload() {
        calls.add("reload");
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    public CompletableFuture<Void> reconfigure(Map<String, ?> values) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<NodeLease> request(RequestOptions options, List<String> labels) {
        return new CompletableFuture<>();
    }

    @Override
    public Runnable listenImages(Consumer<ImageEvent> listener) {
        return () -> {};
    }

    @Override
    public Orders orders() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Map<String, Reason>> reasons(String request) {
        return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<Optional<Overview>> overview() {
        return CompletableFuture.completedFuture(Optional.ofNullable(overview));
    }

    @Override
    public Runnable listen(Consumer<NodePoolEvent> listener) {
        return () -> {};
    }

    @Override
    public void close(Duration drain) {
        calls.add("close " + drain.toSeconds());
    }
}
