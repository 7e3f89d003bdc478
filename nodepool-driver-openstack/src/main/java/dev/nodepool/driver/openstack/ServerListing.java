package dev.nodepool.driver.openstack;

import dev.nodepool.driver.DriverException;
import dev.nodepool.driver.Listing;
import dev.nodepool.driver.ProviderContext;
import dev.nodepool.driver.openstack.rest.Call;
import dev.nodepool.driver.openstack.rest.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one listing of servers for all who wait for something: creations, deletions, the core. It is started at most once
 * per interval, and only while somebody waits; a cloud that fails is asked less often. Thread-safe.
 */
final class ServerListing {

    private static final Call LIST = Call.get(Service.COMPUTE, "servers.detail", "/servers/detail");
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Compute compute;
    private final ProviderContext context;
    private final Duration interval;
    private @Nullable CompletableFuture<Listing<Server>> upcoming;
    private boolean running;
    private boolean timed;
    private int failures;
    private Instant notBefore = Instant.MIN;

    ServerListing(Compute compute, ProviderContext context, Duration interval) {
        this.compute = compute;
        this.context = context;
        this.interval = interval;
    }

    /** All visible servers, by a listing that begins after this call. */
    CompletableFuture<Listing<Server>> next() {
        CompletableFuture<Listing<Server>> mine;
        synchronized (this) {
            if (upcoming == null) {
                upcoming = new CompletableFuture<>();
            }
            mine = upcoming.copy();
        }
        beginWhenDue();
        return mine;
    }

    private void beginWhenDue() {
        CompletableFuture<Listing<Server>> due;
        synchronized (this) {
            if (running || timed || upcoming == null) {
                return;
            }
            var now = context.clock().instant();
            if (notBefore.isAfter(now)) {
                timed = true;
                context.timer().after(Duration.between(now, notBefore), this::timeCame);
                return;
            }
            due = upcoming;
            upcoming = null;
            running = true;
            notBefore = now.plus(interval);
        }
        list(due);
    }

    private void timeCame() {
        synchronized (this) {
            timed = false;
        }
        beginWhenDue();
    }

    private void list(CompletableFuture<Listing<Server>> due) {
        Pages.read(compute::call, LIST, "servers").whenComplete((listing, failure) -> {
            synchronized (this) {
                running = false;
                failures = failure == null ? 0 : failures + 1;
                if (failure != null) {
                    notBefore = context.clock().instant().plus(pause(DriverException.from(failure)));
                }
            }
            if (failure == null) {
                due.complete(
                        new Listing<>(listing.items().stream().map(Server::of).toList(), listing.complete()));
            } else {
                due.completeExceptionally(failure);
            }
            beginWhenDue();
        });
    }

    private Duration pause(DriverException failure) {
        var grown = interval.multipliedBy(1L << Math.min(failures, 10));
        var capped = grown.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : grown;
        var asked = failure.retryAfter().orElse(Duration.ZERO);
        return asked.compareTo(capped) > 0 ? asked : capped;
    }
}
