package dev.nodepool.internal.launch;

import dev.nodepool.internal.lifecycle.NodeEvent;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Sessions;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.internal.tree.Znode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of a node to be launched. When the answer to its creation is lost it is found again by its mark: by this
 * launch while the session lives, else to be removed, so that it keeps no quota from others.
 */
final class Intent {

    private static final Logger LOG = LoggerFactory.getLogger(Intent.class);

    /** A connection that breaks at every try is a failure like any other. */
    private static final int TRIES = 3;

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
        return store(TRIES);
    }

    private CompletableFuture<Entry<Node>> store(int tries) {
        return stores.nodes()
                .create("", document, NodeEvent.RECORD, Tree.Mode.PERSISTENT_SEQUENTIAL)
                .thenApply(entry -> {
                    recorded.run();
                    return entry;
                })
                .exceptionallyComposeAsync(failure -> lost(failure, tries), stores.loop())
                .thenCompose(entry -> stores.nodes().cache().settled().thenApply(x -> entry));
    }

    private CompletableFuture<Entry<Node>> lost(Throwable failure, int tries) {
        if (!TreeException.codeOf(failure).unclear()) {
            return CompletableFuture.failedFuture(failure);
        }
        if (tries == 0 || TreeException.codeOf(failure) != Code.CONNECTION_LOSS) {
            stores.onceCaughtUp(this::removeStray);
            return CompletableFuture.failedFuture(failure);
        }
        return Sessions.connected(stores.tree(), session)
                .thenComposeAsync(x -> find(), stores.loop())
                .thenCompose(found -> found.isPresent() ? known(found.get()) : store(tries - 1))
                .exceptionallyComposeAsync(again -> lost(again, tries - 1), stores.loop());
    }

    /** Decisions wait for the live copy, and so does the one that this record leads to. */
    private CompletableFuture<Entry<Node>> known(Entry<Node> entry) {
        var known = new CompletableFuture<Entry<Node>>();
        stores.onceCaughtUp(() -> {
            if (stores.tree().session().id() == session) {
                known.complete(entry);
            } else {
                known.completeExceptionally(new TreeException(Code.SESSION_EXPIRED, Layout.node(entry.id())));
            }
        });
        return known;
    }

    /** Asks the server, since the live copy may not know yet that it is behind. */
    private CompletableFuture<Optional<Entry<Node>>> find() {
        var tree = stores.tree();
        return tree.children(Layout.NODES)
                .thenComposeAsync(
                        ids -> {
                            var entries = ids.stream().map(this::entry).toList();
                            return CompletableFuture.allOf(entries.toArray(CompletableFuture[]::new))
                                    .thenApply(x -> entries.stream()
                                            .map(CompletableFuture::join)
                                            .flatMap(Optional::stream)
                                            .findFirst());
                        },
                        stores.loop());
    }

    private CompletableFuture<Optional<Entry<Node>>> entry(String id) {
        var known = stores.nodes().cache().get(id);
        if (known != null) {
            return CompletableFuture.completedFuture(Optional.of(known).filter(this::isOurs));
        }
        return stores.tree()
                .get(Layout.node(id))
                .thenApply(znode -> Optional.of(entry(id, znode)).filter(this::isOurs))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    private static Entry<Node> entry(String id, Znode znode) {
        try {
            return new Entry<>(id, new Node(id, Json.read(znode.data())), "", znode.stat());
        } catch (Json.Unreadable e) {
            return new Entry<>(id, null, String.valueOf(e.getMessage()), znode.stat());
        }
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
