package dev.nodepool.internal.recycle;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Fault;
import dev.nodepool.internal.provider.Deadline;
import dev.nodepool.internal.provider.ProviderUnit;
import dev.nodepool.internal.retention.Known;
import dev.nodepool.internal.retention.Thing;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.internal.tree.TreeException;
import dev.nodepool.internal.tree.TreeException.Code;
import dev.nodepool.metrics.FigureName;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes one proven leak, after a last look past the live copy of the records. */
final class LeakDeletion {

    private static final Logger LOG = LoggerFactory.getLogger(LeakDeletion.class);

    private static final Duration LIMIT = Duration.ofSeconds(600);

    private final Stores stores;
    private final ProviderUnit provider;
    private final Thing thing;

    LeakDeletion(Stores stores, ProviderUnit provider, Thing thing) {
        this.stores = stores;
        this.provider = provider;
        this.thing = thing;
    }

    /**
     * Completes when it is gone or turned out to be known; fails when it is to be tried again later.
     *
     * @param node the record that it names, if any
     * @param known whether records know it
     */
    CompletableFuture<Void> run(
            Optional<String> node, Predicate<Known> known, Supplier<CompletableFuture<Void>> delete) {
        return lookAt(node)
                .thenComposeAsync(
                        record -> {
                            if (known.test(record) || known.test(KnownRecords.of(stores))) {
                                LOG.atInfo()
                                        .addKeyValue("provider", provider.name())
                                        .log("{} of provider {} is known after all", thing, provider.name());
                                return CompletableFuture.<Void>completedFuture(null);
                            }
                            return delete(delete);
                        },
                        stores.loop());
    }

    /** What can not be read may know anything. */
    private CompletableFuture<Known> lookAt(Optional<String> node) {
        if (node.isEmpty()) {
            return CompletableFuture.completedFuture(Known.of(List.of(), Set.of()));
        }
        var id = node.get();
        return stores.tree()
                .get(Layout.node(id))
                .thenApply(znode -> {
                    try {
                        return Known.by(new Node(id, Json.read(znode.data())));
                    } catch (Json.Unreadable e) {
                        return Known.of(List.of(), Set.of(id));
                    }
                })
                .exceptionallyCompose(failure -> TreeException.codeOf(failure) == Code.NO_NODE
                        ? CompletableFuture.completedFuture(Known.of(List.of(), Set.of()))
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Void> delete(Supplier<CompletableFuture<Void>> delete) {
        LOG.atWarn()
                .addKeyValue("provider", provider.name())
                .log("Deleting leaked {} of provider {}", thing, provider.name());
        return Deadline.call(stores.threads().timer(), LIMIT, "deleting " + thing, delete)
                .exceptionallyCompose(failure -> DriverException.from(failure).fault() == Fault.NOT_FOUND
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure))
                .thenRunAsync(this::count, stores.loop());
    }

    private void count() {
        stores.stats().count(FigureName.LEAKED.of(provider.name(), thing.kind()), 1);
        if (thing.kind().equals("ports")) {
            stores.stats().count(FigureName.DOWN_PORTS.of(provider.name()), 1);
        }
        provider.roomWasMade();
    }
}
