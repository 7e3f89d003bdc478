package dev.nodepool.internal.launcher;

import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everybody which pools we serve, in the registries of both eras under the same id, for as long as the session
 * lives. Lives on the loop.
 */
final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final Stores stores;
    private final String hostname;
    private final String version;
    private final String processId;
    private final Map<String, PoolSeat> seats = new LinkedHashMap<>();
    private final Map<String, Znode> components = new HashMap<>();
    private final Set<String> paused = new HashSet<>();
    private long registeredSession;
    private boolean withdrawn;

    Registration(Stores stores, String hostname, String version, String processId) {
        this.stores = stores;
        this.hostname = hostname;
        this.version = version;
        this.processId = processId;
    }

    /** Pools to register, now or with the next connection. */
    void serve(List<PoolSeat> pools) {
        seats.clear();
        pools.forEach(seat -> seats.put(seat.launcherId(), seat));
        registeredSession = 0;
        connected();
    }

    /** To be called when the session is usable. */
    void connected() {
        var session = stores.tree().session();
        if (withdrawn || seats.isEmpty() || !session.connected() || session.id() == registeredSession) {
            return;
        }
        registeredSession = session.id();
        components.clear();
        var roots = List.of(Layout.LAUNCHERS, Layout.POOL_COMPONENTS, Layout.LAUNCHER_COMPONENTS, Layout.OUR_LAUNCHERS);
        CompletableFuture.allOf(roots.stream().map(stores.tree()::ensure).toArray(CompletableFuture[]::new))
                .thenComposeAsync(x -> registerAll(), stores.loop())
                .whenCompleteAsync((x, failure) -> registered(session.id(), failure), stores.loop());
    }

    private CompletableFuture<Void> registerAll() {
        var steps = new ArrayList<CompletableFuture<?>>();
        steps.add(stores.tree()
                .create(Layout.LAUNCHER_COMPONENTS + "/" + hostname, Json.write(process()), Mode.EPHEMERAL_SEQUENTIAL));
        steps.add(replace(Layout.OUR_LAUNCHERS + "/" + processId, ours()));
        for (var seat : seats.values()) {
            steps.add(replace(Layout.LAUNCHERS + "/" + seat.launcherId(), launcher(seat)));
            steps.add(stores.tree()
                    .create(
                            Layout.POOL_COMPONENTS + "/" + hostname,
                            Json.write(component(seat)),
                            Mode.EPHEMERAL_SEQUENTIAL)
                    .thenAcceptAsync(znode -> components.put(seat.launcherId(), znode), stores.loop()));
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    private void registered(long session, @Nullable Throwable failure) {
        if (failure == null) {
            LOG.info("Registered {} pools", seats.size());
        } else if (registeredSession == session) {
            registeredSession = 0;
            LOG.warn("Registration failed, to be repeated: {}", String.valueOf(failure));
            stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::connected);
        }
    }

    /** What an older session of ours left is not ours any more: it goes with that session. */
    private CompletableFuture<Void> replace(String path, Document document) {
        var data = Json.write(document);
        return stores.tree()
                .create(path, data, Mode.EPHEMERAL)
                .handle((znode, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    return TreeException.codeOf(failure) == Code.NODE_EXISTS
                            ? stores.tree()
                                    .delete(path, -1)
                                    .thenCompose(x -> stores.tree().create(path, data, Mode.EPHEMERAL))
                                    .<Void>thenApply(x -> null)
                            : CompletableFuture.<Void>failedFuture(failure);
                })
                .thenCompose(x -> x);
    }

    /** Says in which pools a request waits for quota, so that others of lower preference take what comes. */
    void paused(Set<String> launcherIds) {
        for (var seat : seats.values()) {
            var id = seat.launcherId();
            if (paused.contains(id) != launcherIds.contains(id)) {
                if (!paused.remove(id)) {
                    paused.add(id);
                }
                update(seat);
            }
        }
    }

    private void update(PoolSeat seat) {
        var znode = components.get(seat.launcherId());
        if (znode == null) {
            return;
        }
        stores.tree().set(znode.path(), Json.write(component(seat)), -1).whenComplete((stat, failure) -> {
            if (failure != null) {
                LOG.debug("The component of {} could not be updated", seat.launcherId(), failure);
            }
        });
    }

    /** Takes the registration back before anything else ends, so that nobody waits for us. */
    CompletableFuture<Void> withdraw() {
        withdrawn = true;
        var paths = new ArrayList<String>();
        components.values().forEach(znode -> paths.add(znode.path()));
        seats.keySet().forEach(id -> paths.add(Layout.LAUNCHERS + "/" + id));
        return CompletableFuture.allOf(paths.stream()
                .map(path -> stores.tree().delete(path, -1).exceptionally(failure -> {
                    LOG.debug("{} goes with the session", path, failure);
                    return null;
                }))
                .toArray(CompletableFuture[]::new));
    }

    private Document process() {
        return new Document(base("launcher"));
    }

    private Map<String, Object> base(String kind) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("hostname", hostname);
        fields.put("kind", kind);
        fields.put("state", "running");
        fields.put("version", version);
        fields.put("model_api", 0);
        return fields;
    }

    private Document component(PoolSeat seat) {
        var fields = base("pool");
        fields.put("id", seat.launcherId());
        fields.put("name", seat.pool().name());
        fields.put("provider_name", seat.providerName());
        fields.put("supported_labels", seat.pool().labelNames());
        fields.put("priority", seat.pool().priority());
        fields.put("paused", paused.contains(seat.launcherId()));
        return new Document(fields);
    }

    private Document launcher(PoolSeat seat) {
        return new Document(Map.of(
                "id", seat.launcherId(),
                "provider_name", seat.providerName(),
                "supported_labels", seat.pool().labelNames().stream().sorted().toList()));
    }

    private Document ours() {
        return new Document(Map.of("hostname", hostname, "version", version, "roles", List.of("launcher")));
    }
}
