package dev.nodepool;

import dev.nodepool.internal.lease.Lease;
import dev.nodepool.internal.lease.LostLease;
import dev.nodepool.view.LeasedNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A lease whose calls wait for ZooKeeper, with a limit. */
final class HeldLease implements NodeLease {

    private static final long LIMIT_SECONDS = 30;

    private final Lease lease;
    private final AtomicBoolean closed = new AtomicBoolean();

    HeldLease(Lease lease) {
        this.lease = lease;
    }

    @Override
    public String requestId() {
        return lease.requestId();
    }

    @Override
    public List<LeasedNode> nodes() {
        return lease.nodes();
    }

    @Override
    public void inUse() {
        await(lease.inUse());
    }

    @Override
    public void hold(String reason, Duration howLong) {
        if (howLong.toSeconds() < 1) {
            throw new IllegalArgumentException("nodes can not be held for " + howLong);
        }
        await(lease.hold(reason, howLong));
        closed.set(true);
    }

    @Override
    public void onLost(Consumer<String> listener) {
        lease.lost().thenAccept(listener);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            await(lease.giveBack());
        }
    }

    private static void await(CompletableFuture<Void> step) {
        try {
            step.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            var cause = e.getCause();
            if (cause instanceof LostLease) {
                throw new LeaseLostException(String.valueOf(cause.getMessage()), cause);
            }
            throw new IllegalStateException(
                    cause instanceof TimeoutException
                            ? "ZooKeeper did not answer within " + LIMIT_SECONDS + " s"
                            : String.valueOf(cause == null ? e.getMessage() : cause.getMessage()),
                    cause);
        }
    }
}
