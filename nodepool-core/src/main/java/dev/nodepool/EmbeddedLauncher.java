package dev.nodepool;

import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.internal.keyscan.HostKeyScanner;
import dev.nodepool.internal.launcher.EventFeed;
import dev.nodepool.internal.launcher.Launcher;
import dev.nodepool.internal.lease.Leases;
import dev.nodepool.internal.reload.ConfigWatch;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A launcher in this process with everything it owns. */
final class EmbeddedLauncher implements NodePool {

    /** On top of the drain limit: giving back, closing. */
    private static final Duration CLOSE = Duration.ofSeconds(15);

    private final Tree tree;
    private final Threads threads;
    private final Stores stores;
    private final HostKeyScanner hostKeys;
    private final Launcher launcher;
    private final @Nullable ConfigWatch watch;
    private final Leases leases;
    private final EventFeed events;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** From here on there is no thread left to answer. */
    private volatile boolean ended;

    /** @param watch follows the configuration, null when that is a text */
    EmbeddedLauncher(
            Tree tree,
            Threads threads,
            Stores stores,
            HostKeyScanner hostKeys,
            Launcher launcher,
            @Nullable ConfigWatch watch,
            String requestor) {
        this.tree = tree;
        this.threads = threads;
        this.stores = stores;
        this.hostKeys = hostKeys;
        this.launcher = launcher;
        this.watch = watch;
        this.leases = new Leases(stores, requestor);
        this.events = new EventFeed(stores);
    }

    @Override
    public void announce(URI web) {
        launcher.announce(web);
    }

    @Override
    public NodePool start() {
        if (started.compareAndSet(false, true)) {
            stores.loop().execute(leases::start);
            launcher.start();
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
        var readiness = launcher.readiness();
        return watch == null ? readiness : watch.remark().map(readiness::remark).orElse(readiness);
    }

    @Override
    public CompletableFuture<NodeLease> request(List<String> labels) {
        var lease = leases.request(labels);
        var answer = lease.<NodeLease>thenApply(HeldLease::new);
        answer.whenComplete((x, failure) -> {
            if (answer.isCancelled() && !lease.cancel(false) && !lease.isCompletedExceptionally()) {
                lease.join().giveBack();
            }
        });
        return answer;
    }

    @Override
    public CompletableFuture<Map<String, Reason>> reasons(String request) {
        return launcher.reasons(request);
    }

    @Override
    public CompletableFuture<Optional<Overview>> overview() {
        return ended ? CompletableFuture.completedFuture(Optional.empty()) : launcher.overview();
    }

    @Override
    public Runnable listen(Consumer<NodePoolEvent> listener) {
        return events.listen(listener);
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
            launcher.stop(drain)
                    .completeOnTimeout(null, drain.plus(CLOSE).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } finally {
            ended = true;
            hostKeys.close();
            tree.close();
            threads.close();
        }
    }
}
