package dev.nodepool.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.NodeClient;
import dev.nodepool.NodeLease;
import dev.nodepool.RequestOptions;
import dev.nodepool.internal.runtime.Threads;
import dev.nodepool.view.LeasedNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Users that ask, use and give back, one request after the other, and remember what was wrong with it. */
final class SteadyUsers implements AutoCloseable {

    /** What somebody asks for, again and again. */
    record Wish(RequestOptions options, List<String> labels) {}

    /** No request may wait longer, whatever happens. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NodeClient client;
    private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemons("user"));
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger disturbed = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean stopped;

    /**
     * Begins.
     *
     * @param client started; its owner closes it
     * @param wishes one of each user
     */
    SteadyUsers(NodeClient client, List<Wish> wishes) {
        this.client = client;
        wishes.forEach(wish -> threads.execute(() -> live(wish)));
    }

    private void live(Wish wish) {
        while (!stopped) {
            var asked = System.nanoTime();
            try {
                var lease = client.request(wish.options(), wish.labels()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                longest.accumulateAndGet(System.nanoTime() - asked, Math::max);
                use(wish.labels(), lease);
                served.incrementAndGet();
            } catch (TimeoutException | ExecutionException unserved) {
                wrong.add("a request for " + wish + " came to nothing after "
                        + Duration.ofNanos(System.nanoTime() - asked) + ": " + unserved);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void use(List<String> labels, NodeLease lease) {
        var got = lease.nodes().stream().map(LeasedNode::label).toList();
        if (!got.equals(labels)) {
            wrong.add(lease.requestId() + " for " + labels + " got " + got);
        }
        for (var node : lease.nodes()) {
            if (!seen.add(node.id())) {
                wrong.add("node " + node.id() + " was given away twice, at last to " + lease.requestId());
            }
        }
        if (!done(lease::inUse)) {
            // What was not used may be given to somebody else.
            lease.nodes().forEach(node -> seen.remove(node.id()));
        }
        done(lease::close);
    }

    private boolean done(Runnable order) {
        try {
            order.run();
            return true;
        } catch (IllegalStateException lostOrUnanswered) {
            disturbed.incrementAndGet();
            return false;
        }
    }

    /** Waits until so many more have been served. */
    void awaitServed(int more) {
        var goal = served.get() + more;
        await(more + " more requests are served")
                .atMost(PATIENCE.multipliedBy(2))
                .untilAsserted(() -> {
                    assertThat(wrong).isEmpty();
                    assertThat(served).hasValueGreaterThanOrEqualTo(goal);
                });
    }

    /** How long the slowest request has waited since the last call. */
    Duration takeLongest() {
        return Duration.ofNanos(longest.getAndSet(0));
    }

    int served() {
        return served.get();
    }

    /** Orders about leases that were lost, or that nobody answered. */
    int disturbed() {
        return disturbed.get();
    }

    /** Ends when all have got what they had asked for. */
    void finish() throws InterruptedException {
        stopped = true;
        threads.shutdown();
        assertThat(threads.awaitTermination(PATIENCE.multipliedBy(2).toSeconds(), TimeUnit.SECONDS))
                .as("users end")
                .isTrue();
        assertThat(wrong).isEmpty();
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
