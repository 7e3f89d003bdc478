package dev.nodepool.internal.recycle;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.model.Document;
import dev.nodepool.view.SweepView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** What a person sees and orders of the search for leaks, on any host: everything goes through ZooKeeper. */
public final class SweepOrders {

    private SweepOrders() {}

    /** How it stands at each provider that was ever swept, by name. */
    public static CompletableFuture<List<SweepView>> all(Tree tree) {
        return names(tree).thenCompose(names -> {
            var views = names.stream()
                    .sorted()
                    .map(name -> SweepRecord.read(tree, name).thenApply(SweepOrders::view))
                    .toList();
            return CompletableFuture.allOf(views.toArray(CompletableFuture[]::new))
                    .thenApply(x -> views.stream().map(CompletableFuture::join).toList());
        });
    }

    private static CompletableFuture<List<String>> names(Tree tree) {
        return tree.children(Layout.SWEEPS)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
    }

    /** Empty when somebody has removed it meanwhile. */
    private static CompletableFuture<Optional<SweepView>> view(Tree tree, String provider) {
        return SweepRecord.read(tree, provider)
                .thenApply(record -> Optional.of(view(record)))
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    private static SweepView view(SweepRecord record) {
        var state = record.state();
        var kinds = new TreeMap<String, SweepView.Kind>();
        state.counts().forEach((kind, count) -> kinds.put(kind, new SweepView.Kind(count.all(), count.unknown())));
        return new SweepView(
                record.provider(),
                state.freeze(),
                state.since(),
                kinds,
                SweepState.byKind(state.held()),
                state.heldInAll(),
                state.caution().confirmed().size(),
                state.failing(),
                record.orderVersion() >= 0);
    }

    /**
     * Orders that what is held back at a provider now is deleted: this and nothing that comes later.
     *
     * @param by who says so
     * @param now seconds since the epoch
     * @return what it covers; fails with {@link IllegalStateException} when there is nothing to confirm
     */
    public static CompletableFuture<SweepView> confirm(Tree tree, String provider, String by, double now) {
        // Looked for among the names there are, since what a person types is not always part of a path.
        return names(tree)
                .thenCompose(names -> names.contains(provider)
                        ? SweepRecord.read(tree, provider)
                        : refused("no launcher has swept a provider " + provider))
                .thenCompose(record -> {
                    if (record.state().held().isEmpty()) {
                        return refused("nothing is held back at provider " + provider);
                    }
                    return write(tree, provider, order(record, by, now)).thenApply(x -> view(record));
                });
    }

    private static <T> CompletableFuture<T> refused(String why) {
        return CompletableFuture.failedFuture(new IllegalStateException(why));
    }

    private static byte[] order(SweepRecord record, String by, double now) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("by", by);
        fields.put("time", now);
        fields.put(SweepState.HELD, SweepState.byKind(record.state().held()));
        return Json.write(new Document(Map.copyOf(fields)));
    }

    /** A later order takes the place of one that nobody has read yet: it covers what is held back now. */
    private static CompletableFuture<Void> write(Tree tree, String provider, byte[] order) {
        var path = Layout.sweepOrder(provider);
        return tree.create(path, order, Tree.Mode.PERSISTENT)
                .<Void>thenApply(x -> null)
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NODE_EXISTS
                        ? tree.set(path, order, -1).thenApply(x -> null)
                        : CompletableFuture.failedFuture(failure));
    }
}
