package dev.nodepool.internal.launcher;

import dev.nodepool.event.ImageEvent;
import dev.nodepool.internal.builder.ImageFeed;
import dev.nodepool.internal.builder.ImageViews;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.ImageCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.NodeRequest;
import dev.nodepool.view.NodeView;
import dev.nodepool.view.Overview;
import dev.nodepool.view.Overview.ProviderView;
import dev.nodepool.view.Reason;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows readers what is in ZooKeeper, from the live copies alone. Images are followed once somebody asks. Lives on the loop. */
public final class LiveView {

    private final Stores stores;
    private final ImageFeed feed = new ImageFeed();
    private @Nullable ImageCache images;
    private boolean complete;

    public LiveView(Stores stores) {
        this.stores = stores;
    }

    /** What a process without a launcher knows; empty until everything is known for the first time. */
    public Optional<Overview> overview() {
        return overview(request -> Map.of(), List.of());
    }

    /**
     * The same with what a launcher adds.
     *
     * @param reasons why its pools do not take a request
     * @param providers its own
     */
    Optional<Overview> overview(Function<String, Map<String, Reason>> reasons, List<ProviderView> providers) {
        var cache = images();
        var upToDate = stores.caughtUp() && cache.caughtUp();
        complete |= upToDate;
        return complete ? Optional.of(of(upToDate, cache, reasons, providers)) : Optional.empty();
    }

    /**
     * Tells what changes about images from now on. May be called on any thread.
     *
     * @return ends the telling when run
     */
    public Runnable listenImages(Consumer<ImageEvent> listener) {
        stores.loop().execute(this::images);
        return feed.listen(listener);
    }

    private ImageCache images() {
        var followed = images;
        if (followed == null) {
            followed = new ImageCache(
                    stores.tree(), stores.loop(), stores.threads().timerOn(stores.loop()), this::imagesChanged);
            images = followed;
            stores.onConnected(followed::connected);
            if (stores.tree().session().connected()) {
                followed.connected();
            }
        }
        return followed;
    }

    private void imagesChanged() {
        if (images != null && images.caughtUp()) {
            feed.look(images.all(), stores.threads().clock().instant());
        }
    }

    private Overview of(
            boolean upToDate,
            ImageCache cache,
            Function<String, Map<String, Reason>> reasons,
            List<ProviderView> providers) {
        var nodes = stores.nodes().cache();
        var requests = readable(stores.requests().cache().all());
        return new Overview(
                upToDate,
                readable(nodes.all()).stream()
                        .map(node -> new NodeView(node, nodes.locked(node.id())))
                        .toList(),
                requests,
                requests.stream()
                        .map(NodeRequest::id)
                        .filter(id -> !reasons.apply(id).isEmpty())
                        .collect(Collectors.toMap(id -> id, reasons)),
                stores.registry().pools().stream()
                        .flatMap(pool -> pool.labels().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                cache.all().stream().map(ImageViews::of).toList(),
                providers);
    }

    private static <T> List<T> readable(Collection<Entry<T>> entries) {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::id))
                .flatMap(entry -> entry.readable().stream())
                .toList();
    }
}
