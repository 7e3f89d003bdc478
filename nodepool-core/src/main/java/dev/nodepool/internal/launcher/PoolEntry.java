package dev.nodepool.internal.launcher;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import java.time.Duration;
import java.util.Collection;
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
    /** Whether this session may have made anything. */
    private boolean begun;
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
            begun = false;
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
        return CompletableFuture.allOf(
                OwnComponents.delete(stores.tree(), Layout.LAUNCHERS + "/" + launcherId), deleteComponents());
    }

    private CompletableFuture<Void> deleteComponents() {
        var known = component;
        component = null;
        if (!begun) {
            begun = true;
            return CompletableFuture.completedFuture(null);
        }
        return known != null && !unsure
                ? OwnComponents.delete(stores.tree(), known)
                : OwnComponents.find(stores.tree(), Layout.POOL_COMPONENTS, hostname, this::isOurs)
                        .thenCompose(this::deleteAll);
    }

    private boolean isOurs(Document document) {
        return document.text("id").filter(launcherId::equals).isPresent();
    }

    private CompletableFuture<Void> deleteAll(Collection<String> paths) {
        return CompletableFuture.allOf(paths.stream()
                .map(path -> OwnComponents.delete(stores.tree(), path))
                .toArray(CompletableFuture[]::new));
    }

    /** A server that lagged behind may have hidden one that was made without our hearing of it. */
    void removeTwins() {
        var known = component;
        if (known == null || busy) {
            return;
        }
        var twins = new HashSet<>(stores.registry().componentsOf(launcherId));
        if (twins.remove(known)) {
            deleteAll(twins).whenComplete((x, failure) -> {
                if (failure != null) {
                    LOG.debug("A second registration of {} ends with the session", launcherId, failure);
                }
            });
        }
    }
}
