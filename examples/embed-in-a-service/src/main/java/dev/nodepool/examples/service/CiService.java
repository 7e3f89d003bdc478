package dev.nodepool.examples.service;

import dev.nodepool.NodeClient;
import dev.nodepool.NodeLease;
import dev.nodepool.RequestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs jobs, each on a machine of its own. While a job waits for its machine no thread waits with it.
 *
 * <p>Takes a {@link NodeClient}, so it does not matter whether the launcher is in this process. Thread-safe.
 */
public final class CiService implements AutoCloseable {

    private final NodeClient nodes;
    private final RemoteShell shell;
    private final ExecutorService workers = Executors.newCachedThreadPool();

    /**
     * @param nodes started; the caller's to close, after this service
     * @param key what the machines let us in with
     */
    public CiService(NodeClient nodes, KeyPair key) {
        this.nodes = nodes;
        this.shell = new RemoteShell(key);
    }

    /**
     * Runs a job as soon as there is a machine.
     *
     * @return fails when there is no machine in time or the machine goes astray; cancelling it gives up the wait
     */
    public CompletableFuture<JobResult> submit(Job job) {
        var options = RequestOptions.DEFAULT.withRequestor("ci-service").withDeadline(job.patience());
        var request = nodes.request(options, List.of(job.label()));
        var result = request.thenApplyAsync(lease -> runOn(lease, job), workers);
        result.whenComplete((x, failure) -> request.cancel(false));
        return result;
    }

    private JobResult runOn(NodeLease lease, Job job) {
        try (lease) {
            var node = lease.nodes().get(0);
            lease.inUse();
            try (var session = shell.connect(node)) {
                // Somebody else may get the machine: what runs there must not go on as if it were ours.
                lease.onLost(why -> session.close(true));
                var result = RemoteShell.run(session, node, job.command(), job.limit());
                if (result.exit() != 0 && !job.holdFailed().isZero()) {
                    lease.hold("\"" + job.command() + "\" ended with " + result.exit(), job.holdFailed());
                }
                return result;
            } catch (IOException e) {
                throw new UncheckedIOException("job on node " + node.id() + ": " + e.getMessage(), e);
            }
        }
    }

    /** Breaks off what runs. */
    @Override
    public void close() {
        shell.close();
        workers.shutdown();
    }
}
