package dev.nodepool.internal.launcher;

import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
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
    private final Map<String, PoolEntry> entries = new LinkedHashMap<>();
    private Set<String> paused = Set.of();
    private boolean serving;
    private boolean rootsMade;
    private long processSession;
    /** Session in which a component of the process may have been made already. */
    private long begunIn;

    private boolean withdrawn;
    private @Nullable URI web;

    Registration(Stores stores, String hostname, String version, String processId) {
        this.stores = stores;
        this.hostname = hostname;
        this.version = version;
        this.processId = processId;
        stores.onDocuments(() -> entries.values().forEach(PoolEntry::removeTwins));
    }

    /** Where the launcher answers over HTTP; to be called before it is registered. */
    void announce(URI address) {
        web = address;
    }

    /** Pools to register,now or with the next connection, instead of those before. */
    void serve(Collection<PoolSeat> pools) {
        if (withdrawn) {
            return;
        }
        serving = true;
        seats.clear();
        pools.forEach(seat -> seats.put(seat.launcherId(), seat));
        seats.keySet().forEach(id -> entries.computeIfAbsent(id, x -> new PoolEntry(stores, id, hostname)));
        connected();
        follow();
    }

    /** To be called when the session is usable. */
    void connected() {
        var session = stores.tree().session();
        if (withdrawn || !serving || !session.connected()) {
            return;
        }
        if (session.id() == processSession) {
            entries.values().forEach(PoolEntry::step);
            return;
        }
        processSession = session.id();
        rootsMade = false;
        var roots = List.of(Layout.LAUNCHERS, Layout.POOL_COMPONENTS, Layout.LAUNCHER_COMPONENTS, Layout.OUR_LAUNCHERS);
        CompletableFuture.allOf(roots.stream().map(stores.tree()::ensure).toArray(CompletableFuture[]::new))
                .thenComposeAsync(x -> registerProcess(), stores.loop())
                .whenCompleteAsync((x, failure) -> registered(session.id(), failure), stores.loop());
    }

    private CompletableFuture<?> registerProcess() {
        rootsMade = true;
        follow();
        return CompletableFuture.allOf(
                registerComponent(), Replace.ephemeral(stores.tree(), Layout.OUR_LAUNCHERS + "/" + processId, ours()));
    }

    private CompletableFuture<?> registerComponent() {
        var tree = stores.tree();
        var document = new Document(base("launcher"));
        var before = begunIn == tree.session().id()
                ? OwnComponents.find(tree, Layout.LAUNCHER_COMPONENTS, hostname, document::equals)
                : CompletableFuture.completedFuture(List.<String>of());
        begunIn = tree.session().id();
        return before.thenCompose(found -> found.isEmpty()
                ? tree.create(
                        Layout.LAUNCHER_COMPONENTS + "/" + hostname, Json.write(document), Mode.EPHEMERAL_SEQUENTIAL)
                : CompletableFuture.completedFuture(null));
    }

    private void registered(long session, @Nullable Throwable failure) {
        if (failure != null && processSession == session) {
            processSession = 0;
            LOG.warn("Registration failed, to be repeated: {}", String.valueOf(failure));
            stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::connected);
        }
    }

    /** Says in which pools a request waits for quota, so that others of lower preference take what comes. */
    void paused(Set<String> launcherIds) {
        if (!paused.equals(launcherIds)) {
            paused = new HashSet<>(launcherIds);
            follow();
        }
    }

    private void follow() {
        if (!rootsMade) {
            return;
        }
        entries.forEach((id, entry) -> {
            var seat = seats.get(id);
            entry.follow(seat == null || withdrawn ? null : new PoolEntry.Wish(launcher(seat), component(seat)));
        });
        entries.values().removeIf(PoolEntry::over);
    }

    /** Takes the registration back before anything else ends, so that nobody waits for us. */
    void withdraw() {
        withdrawn = true;
        follow();
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
        var fields = new LinkedHashMap<String, Object>();
        fields.put("hostname", hostname);
        fields.put("version", version);
        fields.put("roles", List.of("launcher"));
        if (web != null) {
            fields.put("web", web.toString());
        }
        return new Document(fields);
    }
}
