package dev.nodepool.internal.store;

import dev.nodepool.internal.tree.Paths;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.view.DrainView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Orders that providers or pools take nothing new: how they are stored, read once and written. Thread-safe. */
public final class DrainOrders {

    private static final String TIME = "time";
    private static final String BY = "by";
    private static final String NOW = "now";

    /** What stands where only a pool of a provider is drained. */
    private static final Document NO_ORDER = Document.EMPTY;

    private DrainOrders() {}

    /** The orders among documents below {@link Layout#DRAINS}. */
    static List<DrainView> of(Map<String, Document> documents) {
        var orders = new ArrayList<DrainView>();
        documents.forEach((path, document) -> order(path, document).ifPresent(orders::add));
        return List.copyOf(orders);
    }

    private static Optional<DrainView> order(String path, Document document) {
        if (!(document.get(TIME) instanceof Number time)) {
            return Optional.empty();
        }
        var ofPool = !isProvider(path);
        return Optional.of(new DrainView(
                Paths.name(ofPool ? Paths.parent(path) : path),
                ofPool ? Paths.name(path) : null,
                Instant.ofEpochMilli(Math.round(time.doubleValue() * 1000)),
                document.text(BY).orElse(""),
                Boolean.TRUE.equals(document.get(NOW))));
    }

    static boolean isProvider(String path) {
        return Paths.parent(path).equals(Layout.DRAINS);
    }

    /** All orders there are now, by provider and pool. */
    public static CompletableFuture<List<DrainView>> all(Tree tree) {
        return FreshDocuments.below(tree, Layout.DRAINS).thenCompose(providers -> {
            var pools = providers.keySet().stream()
                    .map(provider -> FreshDocuments.below(tree, provider))
                    .toList();
            return CompletableFuture.allOf(pools.toArray(CompletableFuture[]::new))
                    .thenApply(x -> {
                        var all = new TreeMap<>(providers);
                        pools.forEach(ofProvider -> all.putAll(ofProvider.join()));
                        return of(all);
                    });
        });
    }

    /**
     * Gives an order, in place of one about the same that is there already.
     *
     * @param pool null for all of the provider
     * @param now when, seconds since the epoch
     */
    public static CompletableFuture<Void> give(
            Tree tree, String provider, @Nullable String pool, String by, double now, boolean readyNodesToo) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put(TIME, now);
        fields.put(BY, by);
        fields.put(NOW, readyNodesToo);
        var order = Json.write(new Document(fields));
        return pool == null
                ? tree.ensure(Layout.DRAINS).thenCompose(x -> put(tree, Layout.drain(provider), order))
                : tree.ensure(Layout.DRAINS)
                        .thenCompose(x -> createIfMissing(tree, Layout.drain(provider), Json.write(NO_ORDER)))
                        .thenCompose(x -> put(tree, Layout.drain(provider) + "/" + pool, order));
    }

    private static CompletableFuture<Void> put(Tree tree, String path, byte[] data) {
        return createIfMissing(tree, path, data)
                .thenCompose(made -> made
                        ? CompletableFuture.completedFuture(null)
                        : tree.set(path, data, -1).<Void>thenApply(x -> null));
    }

    private static CompletableFuture<Boolean> createIfMissing(Tree tree, String path, byte[] data) {
        return tree.create(path, data, Tree.Mode.PERSISTENT)
                .thenApply(x -> true)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NODE_EXISTS
                        ? CompletableFuture.completedFuture(false)
                        : CompletableFuture.failedFuture(failure));
    }

    /** Takes an order back; those about single pools of a provider stay when the provider's is taken back. */
    public static CompletableFuture<Void> takeBack(Tree tree, String provider, @Nullable String pool) {
        var ofProvider = Layout.drain(provider);
        return pool == null
                ? tree.set(ofProvider, Json.write(NO_ORDER), -1)
                        .thenCompose(x -> deleteIfEmpty(tree, ofProvider))
                        .exceptionallyCompose(DrainOrders::unlessGone)
                : tree.delete(ofProvider + "/" + pool, -1).exceptionallyCompose(DrainOrders::unlessGone);
    }

    private static CompletableFuture<Void> deleteIfEmpty(Tree tree, String path) {
        return tree.delete(path, -1)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NOT_EMPTY
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private static CompletableFuture<Void> unlessGone(Throwable failure) {
        return TreeException.codeOf(failure) == Code.NO_NODE
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure);
    }
}
