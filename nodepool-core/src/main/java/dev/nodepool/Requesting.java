package dev.nodepool;

import dev.nodepool.internal.launcher.EventFeed;
import dev.nodepool.internal.lease.Lease;
import dev.nodepool.internal.lease.LeaseOrder;
import dev.nodepool.internal.lease.Leases;
import dev.nodepool.internal.store.Stores;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a client and a launcher's owner have in common: requests, leases, events, orders. */
final class Requesting {

    private final Stores stores;
    private final Leases leases;
    private final EventFeed events;
    private final Orders orders;

    /** @param identifier names this process in what it asks for */
    Requesting(Stores stores, String identifier) {
        this.stores = stores;
        leases = new Leases(stores, identifier);
        events = new EventFeed(stores);
        orders = new StoredOrders(stores, identifier);
    }

    void start() {
        stores.loop().execute(leases::start);
    }

    EventFeed events() {
        return events;
    }

    Orders orders() {
        return orders;
    }

    CompletableFuture<NodeLease> request(RequestOptions options, List<String> labels) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a request needs a label");
        }
        var lease = leases.request(new LeaseOrder(
                labels,
                options.priority(),
                options.relativePriority(),
                options.provider(),
                options.tenant(),
                options.requestor(),
                options.deadline()));
        var answer = lease.<NodeLease>thenApply(HeldLease::new);
        answer.whenComplete((x, failure) -> {
            if (answer.isCancelled()) {
                cancel(lease);
            }
        });
        return answer;
    }

    /** One that was granted at this moment is given back. */
    private static void cancel(CompletableFuture<Lease> lease) {
        if (!lease.cancel(false) && !lease.isCompletedExceptionally()) {
            lease.join().giveBack();
        }
    }

    /** Takes nothing more; leases stay. */
    CompletableFuture<Void> stopAsking() {
        return CompletableFuture.runAsync(leases::stopAsking, stores.loop());
    }

    /** Gives up everything. */
    CompletableFuture<Void> close() {
        return CompletableFuture.runAsync(leases::close, stores.loop());
    }
}
