package dev.nodepool.runner.demo;

import dev.nodepool.NodeLease;
import dev.nodepool.NodePool;
import dev.nodepool.config.WebConfig;
import dev.nodepool.runner.library.Library;
import dev.nodepool.runner.web.ReadyEndpoint;
import dev.nodepool.runner.web.StatusServer;
import dev.nodepool.view.LeasedNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a launcher with a fake cloud for two nodes, shows what happens, and gives the nodes back. */
public final class Demo {

    private static final List<String> LABELS = List.of("demo-small", "demo-large");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Library library;
    private final PrintStream out;
    private final InstantSource clock;

    public Demo(Library library, PrintStream out, InstantSource clock) {
        this.library = library;
        this.out = out;
        this.clock = clock;
    }

    /**
     * Runs the demonstration.
     *
     * @param once give the nodes back at once instead of waiting for the stop
     * @param port port of the status server on the loopback address, 0 for a free one
     * @param stop completes when the user wants to end
     * @return whether all went as it should
     */
    public boolean run(boolean once, int port, CompletableFuture<Void> stop) throws IOException, InterruptedException {
        Timeline timeline = new Timeline(clock.instant(), out::println);
        try (Library.LocalZooKeeper zooKeeper = library.zooKeeper()) {
            timeline.tell(clock.instant(), "ZooKeeper  at " + zooKeeper.connectString());
            try (NodePool pool = library.launcher(config(), zooKeeper.connectString());
                    StatusServer web = serve(pool, port)) {
                timeline.tell(clock.instant(), "status     at " + web.uri() + "/ready");
                pool.listen(timeline);
                pool.start();
                return show(pool, timeline, once, stop);
            }
        }
    }

    private boolean show(NodePool pool, Timeline timeline, boolean once, CompletableFuture<Void> stop)
            throws InterruptedException {
        CompletableFuture<NodeLease> request = pool.request(LABELS);
        try {
            CompletableFuture.anyOf(request, stop).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (stop.isDone()) {
                request.cancel(true);
                return true;
            }
            NodeLease lease = request.join();
            Instant ready = clock.instant();
            print(lease, timeline);
            timeline.tell(ready, "all nodes of request " + lease.requestId() + " are ours");
            if (!once) {
                out.println("The nodes stay until Ctrl-C.");
                stop.join();
            }
            giveBack(lease, timeline);
            return true;
        } catch (ExecutionException e) {
            out.println("The request failed: " + e.getCause());
            return false;
        } catch (TimeoutException e) {
            out.println("Nothing happened for " + LIMIT.toSeconds() + " s; readiness: " + pool.readiness());
            return false;
        }
    }

    private void giveBack(NodeLease lease, Timeline timeline)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> ids = lease.nodes().stream().map(LeasedNode::id).toList();
        timeline.tell(clock.instant(), "giving the nodes back");
        lease.close();
        timeline.gone(ids).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        timeline.tell(clock.instant(), "all nodes are deleted");
    }

    private void print(NodeLease lease, Timeline timeline) {
        NodeTable table = new NodeTable().row("Node", "Label", "State", "Address", "Steps");
        for (LeasedNode node : lease.nodes()) {
            table.row(
                    node.id(),
                    node.label(),
                    timeline.state(node.id()),
                    Objects.requireNonNullElse(node.address(), "-"),
                    timeline.stepsOf(node.id()));
        }
        out.println();
        table.lines().forEach(line -> out.println("  " + line));
        out.println();
    }

    private StatusServer serve(NodePool pool, int port) throws IOException {
        ReadyEndpoint ready = new ReadyEndpoint(pool::readiness, LIMIT, clock);
        return StatusServer.start(new WebConfig(port, StatusServer.LOOPBACK.listenAddress()), Map.of("/ready", ready));
    }

    private static String config() throws IOException {
        try (InputStream text = Demo.class.getResourceAsStream("demo.yaml")) {
            return new String(Objects.requireNonNull(text, "demo.yaml").readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
