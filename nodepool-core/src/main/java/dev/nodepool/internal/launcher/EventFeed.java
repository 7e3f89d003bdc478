package dev.nodepool.internal.launcher;

import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeRequest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what changed in the records, whoever changed it. Listeners may come and go on any thread. */
public final class EventFeed {

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

    private final Threads threads;
    private final List<Consumer<NodePoolEvent>> listeners = new CopyOnWriteArrayList<>();

    public EventFeed(Stores stores) {
        threads = stores.threads();
        stores.loop().execute(() -> {
            stores.nodes().cache().listen(new Nodes());
            stores.requests().cache().listen(new Requests());
        });
        stores.tree()
                .onSession(session -> stores.loop()
                        .execute(() -> tell(new NodePoolEvent.SessionChanged(
                                threads.clock().instant(),
                                session.state().name().toLowerCase(Locale.ROOT)))));
    }

    /** @return ends the telling when run */
    public Runnable listen(Consumer<NodePoolEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** To be called on the loop. */
    public void tell(NodePoolEvent event) {
        for (var listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("A listener failed at {}", event, e);
            }
        }
    }

    private static boolean sameToReaders(Node was, Node is) {
        return was.state() == is.state() && Objects.equals(was.allocatedTo(), is.allocatedTo());
    }

    private final class Nodes implements RecordCache.Listener<Node> {
        @Override
        public void changed(String id, @Nullable Entry<Node> before, @Nullable Entry<Node> after) {
            var was = before == null ? null : before.record();
            var is = after == null ? null : after.record();
            var node = is == null ? was : is;
            if (node == null || was != null && is != null && sameToReaders(was, is)) {
                return;
            }
            tell(new NodePoolEvent.NodeChanged(
                    threads.clock().instant(),
                    id,
                    is == null ? "gone" : is.doc().text(Node.STATE).orElse(""),
                    node.label(),
                    node.provider(),
                    node.address(),
                    node.allocatedTo().orElse(null),
                    ""));
        }
    }

    private final class Requests implements RecordCache.Listener<NodeRequest> {
        @Override
        public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
            var was = before == null ? null : before.record();
            var is = after == null ? null : after.record();
            var request = is == null ? was : is;
            if (request == null || was != null && is != null && was.state() == is.state()) {
                return;
            }
            tell(new NodePoolEvent.RequestChanged(
                    threads.clock().instant(),
                    id,
                    is == null ? "gone" : is.doc().text(NodeRequest.STATE).orElse(""),
                    request.labels(),
                    request.nodes(),
                    ""));
        }
    }
}
