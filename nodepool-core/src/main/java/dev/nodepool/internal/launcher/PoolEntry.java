package dev.nodepool.internal.launcher;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the registries of both eras say of one pool. It follows the last wish, one step after the other, and begins anew
 * in every session. Lives on the loop.
 */
final class PoolEntry {

    private static final Logger LOG = LoggerFactory.getLogger(PoolEntry.class);

    /**
     * What is to be said.
     *
     * @param launcher for the older registry
     * @param component for the newer one
     */
    record Wish(Document launcher, Document component) {}

    private final Stores stores;
    private final String launcherId;
    private final String hostname;
    private @Nullable Wish wish;
    private @Nullable Wish written;
    private @Nullable String component;
    private long session;
    private boolean busy;
    /** Whether a step failed, so that what is written is not known. */
    private boolean unsure;

    /** @param hostname begins the names in the newer registry */
    PoolEntry(Stores stores, String launcherId, String hostname) {
        this.stores = stores;
        this.launcherId = launcherId;
        this.hostname = hostname;
    }

    /** @param now what is to be said, null for nothing */
    void follow(@Nullable Wish now) {
        wish = now;
        step();
    }

    /** Whether nothing is said any more and nothing is to be. */
    boolean over() {
        return wish == null && written == null && !busy && !unsure;
    }

    /** To be called when something may be possible that was not. */
    void step() {
        var now = stores.tree().session();
        if (busy || !now.connected()) {
            return;
        }
        if (session != now.id()) {
            session = now.id();
            written = null;
            component = null;
            unsure = false;
        }
        var target = wish;
        if (!unsure && Objects.equals(target, written)) {
            return;
        }
        busy = true;
        var change = target == null ? delete() : component == null ? create(target) : update(target, component);
        change.whenCompleteAsync((x, failure) -> done(target, failure), stores.loop());
    }

    private void done(@Nullable Wish target, @Nullable Throwable failure) {
        busy = false;
        if (failure == null) {
            if (target == null || written == null) {
                LOG.info("{} is {}", launcherId, target == null ? "deregistered" : "registered");
            }
            written = target;
            unsure = false;
            step();
            return;
        }
        LOG.warn("Registration of {} failed, to be repeated: {}", launcherId, String.valueOf(failure));
        unsure = true;
        component = null;
        stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::step);
    }

    private CompletableFuture<?> create(Wish target) {
        return CompletableFuture.allOf(
                Replace.ephemeral(stores.tree(), Layout.LAUNCHERS + "/" + launcherId, target.launcher()),
                // An attempt before may have made one without our hearing of it.
                deleteComponents()
                        .thenCompose(x -> stores.tree()
                                .create(
                                        Layout.POOL_COMPONENTS + "/" + hostname,
                                        Json.write(target.component()),
                                        Mode.EPHEMERAL_SEQUENTIAL))
                        .thenAcceptAsync(znode -> component = znode.path(), stores.loop()));
    }

    private CompletableFuture<?> update(Wish target, String path) {
        return CompletableFuture.allOf(
                stores.tree().set(Layout.LAUNCHERS + "/" + launcherId, Json.write(target.launcher()), -1),
                stores.tree().set(path, Json.write(target.component()), -1));
    }

    private CompletableFuture<?> delete() {
        return CompletableFuture.allOf(delete(Layout.LAUNCHERS + "/" + launcherId), deleteComponents());
    }

    private CompletableFuture<Void> deleteComponents() {
        var paths = new HashSet<>(stores.registry().componentsOf(launcherId));
        if (component != null) {
            paths.add(component);
            component = null;
        }
        return CompletableFuture.allOf(paths.stream().map(this::delete).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> delete(String path) {
        return stores.tree()
                .delete(path, -1)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }
}
