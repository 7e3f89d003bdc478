package dev.nodepool.internal.launch;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of a node to be launched. When the session ends before it is answered it is found again by its mark and
 * removed, so that it keeps no quota from others.
 */
final class Intent {

    private static final Logger LOG = LoggerFactory.getLogger(Intent.class);

    private final Stores stores;
    private final Document document;
    private final String token;
    private final Runnable recorded;
    private final long session;

    /**
     * @param token the mark in the document
     * @param recorded run on the loop the moment the live copy has the record
     */
    Intent(Stores stores, Document document, String token, Runnable recorded) {
        this.stores = stores;
        this.recorded = recorded;
        this.document = document;
        this.token = token;
        this.session = stores.tree().session().id();
    }

    /** Completes on the loop with a record that the live copy knows. */
    CompletableFuture<Entry<Node>> store() {
        return stores.nodes()
                .create("", document, NodeEvent.RECORD, Tree.Mode.PERSISTENT_SEQUENTIAL)
                .whenComplete((entry, failure) -> {
                    if (failure == null) {
                        recorded.run();
                    } else if (TreeException.codeOf(failure).unclear()) {
                        stores.onceCaughtUp(this::removeStray);
                    }
                })
                .thenCompose(this::known)
                .thenCompose(entry -> stores.nodes().cache().settled().thenApply(x -> entry));
    }

    /** Decisions wait for the live copy, and so does the one that this record leads to. */
    private CompletableFuture<Entry<Node>> known(Entry<Node> entry) {
        var known = new CompletableFuture<Entry<Node>>();
        stores.onceCaughtUp(() -> {
            if (stores.tree().session().id() == session) {
                known.complete(entry);
            } else {
                removeStray();
                known.completeExceptionally(new TreeException(Code.SESSION_EXPIRED, Layout.node(entry.id())));
            }
        });
        return known;
    }

    private boolean isOurs(Entry<Node> entry) {
        return entry.readable()
                .filter(node -> node.state() == NodeState.INIT)
                .flatMap(Node::launchToken)
                .filter(token::equals)
                .isPresent();
    }

    private void removeStray() {
        stores.nodes().cache().all().stream()
                .filter(this::isOurs)
                .findFirst()
                .ifPresent(stray -> remove(stores, stray));
    }

    /** Nobody has seen the record as more than an intent, so it goes without a trace. */
    static CompletableFuture<Void> remove(Stores stores, Entry<Node> entry) {
        var path = Layout.node(entry.id());
        return stores.tree()
                .delete(path, entry.version())
                .handleAsync(
                        (x, failure) -> {
                            if (failure != null) {
                                LOG.warn(
                                        "The unused record {} stays for the cleaner: {}",
                                        path,
                                        String.valueOf(failure));
                            }
                            return null;
                        },
                        stores.loop());
    }
}
