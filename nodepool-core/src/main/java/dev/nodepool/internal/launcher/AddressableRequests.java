package dev.nodepool.internal.launcher;

import dev.nodepool.internal.launch.PoolSeat;
import dev.nodepool.internal.store.Entry;
import dev.nodepool.internal.store.RecordCache;
import dev.nodepool.internal.store.Stores;
import dev.nodepool.model.NodeRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many requests each pool of ours has all labels for, in whatever state they are, as a gauge. Sums are kept by the
 * labels asked for, so that telling them walks through no requests. Lives on the loop.
 */
final class AddressableRequests implements RecordCache.Listener<NodeRequest> {

    /** Figures are told this long after the first change since they were told last. */
    private static final Duration GATHER = Duration.ofSeconds(1);

    private final Stores stores;
    private final Supplier<? extends Collection<PoolSeat>> seats;
    private final Map<Set<String>, Long> byLabels = new HashMap<>();
    private final Map<String, Long> told = new HashMap<>();
    private boolean due;

    AddressableRequests(Stores stores, Supplier<? extends Collection<PoolSeat>> seats) {
        this.stores = stores;
        this.seats = seats;
        stores.requests().cache().listen(this);
    }

    @Override
    public void changed(String id, @Nullable Entry<NodeRequest> before, @Nullable Entry<NodeRequest> after) {
        count(before, -1);
        count(after, 1);
        tellSoon();
    }

    private void count(@Nullable Entry<NodeRequest> entry, long sign) {
        if (entry != null) {
            entry.readable()
                    .ifPresent(request -> byLabels.compute(Set.copyOf(request.labels()), (labels, known) -> {
                        var sum = (known == null ? 0 : known) + sign;
                        return sum == 0 ? null : sum;
                    }));
        }
    }

    /** To be called also when the pools may be others. */
    void tellSoon() {
        if (!due) {
            due = true;
            stores.threads().timerOn(stores.loop()).after(GATHER, this::tell);
        }
    }

    private void tell() {
        due = false;
        for (var seat : seats.get()) {
            var key = "nodepool.provider." + seat.providerName() + ".pool."
                    + seat.pool().name() + ".addressable_requests";
            var now = addressable(seat);
            if (!Long.valueOf(now).equals(told.put(key, now))) {
                stores.stats().gauge(key, now);
            }
        }
    }

    private long addressable(PoolSeat seat) {
        return byLabels.entrySet().stream()
                .filter(e ->
                        e.getKey().stream().allMatch(label -> seat.label(label).isPresent()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
