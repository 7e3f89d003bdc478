package dev.nodepool;

import dev.nodepool.internal.lease.Lease;
import dev.nodepool.view.LeasedNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A lease whose calls wait for ZooKeeper, with a limit. */
final class HeldLease implements NodeLease {

    private static final long LIMIT_SECONDS = 30;

    private final Lease lease;

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
    public void close() {
        await(lease.giveBack());
    }

    private static void await(CompletableFuture<Void> step) {
        try {
            step.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    e.getCause() instanceof TimeoutException
                            ? "ZooKeeper did not answer within " + LIMIT_SECONDS + " s"
                            : "the lease is lost: " + e.getCause(),
                    e.getCause());
        }
    }
}
