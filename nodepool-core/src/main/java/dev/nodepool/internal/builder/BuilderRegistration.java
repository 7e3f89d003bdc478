package dev.nodepool.internal.builder;

import dev.nodepool.internal.store.ImageStores;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells others that this builder lives: as newer Python does, and for our own kind which directory of images it has. Made
 * anew with each session. Lives on the loop.
 */
final class BuilderRegistration {

    private static final Logger LOG = LoggerFactory.getLogger(BuilderRegistration.class);

    private static final String COMPONENTS = Layout.COMPONENTS + "/builder";

    private final ImageStores stores;
    private final String hostname;
    private final String version;
    private final String builderId;
    private long registered;
    private boolean stopped;

    BuilderRegistration(ImageStores stores, String hostname, String version, String builderId) {
        this.stores = stores;
        this.hostname = hostname;
        this.version = version;
        this.builderId = builderId;
    }

    /** To be called when the session is usable. */
    void connected() {
        var session = stores.tree().session();
        if (stopped || !session.connected() || session.id() == registered) {
            return;
        }
        registered = session.id();
        var tree = stores.tree();
        CompletableFuture.allOf(tree.ensure(COMPONENTS), tree.ensure(Layout.OUR_LAUNCHERS))
                .thenCompose(x ->
                        tree.create(COMPONENTS + "/" + hostname, Json.write(component()), Mode.EPHEMERAL_SEQUENTIAL))
                .thenCompose(x -> tree.create(
                        Layout.OUR_LAUNCHERS + "/" + hostname + "-"
                                + stores.threads().plainId(),
                        Json.write(ours()),
                        Mode.EPHEMERAL))
                .whenCompleteAsync((x, failure) -> done(session.id(), failure), stores.loop());
    }

    private void done(long session, @Nullable Throwable failure) {
        if (failure != null && registered == session) {
            registered = 0;
            LOG.warn("Registration failed, to be repeated: {}", String.valueOf(failure));
            stores.threads().timerOn(stores.loop()).after(Duration.ofSeconds(1), this::connected);
        }
    }

    void stop() {
        stopped = true;
    }

    private Document component() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("hostname", hostname);
        fields.put("kind", "builder");
        fields.put("state", "running");
        fields.put("version", version);
        fields.put("model_api", 0);
        return new Document(fields);
    }

    private Document ours() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("hostname", hostname);
        fields.put("version", version);
        fields.put("roles", List.of("builder"));
        fields.put("builder_id", builderId);
        return new Document(fields);
    }
}
