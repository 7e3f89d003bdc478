package dev.nodepool.runner.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nodepool.NodeLease;
import dev.nodepool.NodePool;
import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.event.NodePoolEvent.NodeChanged;
import dev.nodepool.runner.library.ScriptedLibrary;
import dev.nodepool.runner.library.ScriptedPool;
import dev.nodepool.view.LeasedNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class DemoFlowIT {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final OneNodePool pool = new OneNodePool();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    private final CompletableFuture<Void> stop = new CompletableFuture<>();
    private final Demo demo = new Demo(new ScriptedLibrary(pool), out, InstantSource.fixed(NOW));

    @Test
    void showsTheNodesWithTheTimeOfEachStepAndGivesThemBack() throws Exception {
        pool.succeeds = true;
        assertThat(demo.run(true, 0, stop)).isTrue();
        assertThat(text()).contains("0000000000  demo-small  ready  10.0.0.1  building 0.500 s");
        assertThat(text()).contains("all nodes are deleted");
        assertThat(pool.calls).containsExactly("start", "give back", "close 0", "close ZooKeeper");
    }

    @Test
    void keepsTheNodesUntilTheUserStops() throws Exception {
        pool.succeeds = true;
        CompletableFuture<Boolean> run = CompletableFuture.supplyAsync(this::runUntilStopped);
        await().atMost(Duration.ofSeconds(20)).until(() -> text().contains("until Ctrl-C"));
        assertThat(pool.calls).doesNotContain("give back");
        stop.complete(null);
        assertThat(run.join()).isTrue();
        assertThat(pool.calls).contains("give back");
    }

    @Test
    void tellsWhyTheRequestFailed() throws Exception {
        assertThat(demo.run(true, 0, stop)).isFalse();
        assertThat(text()).contains("no capacity");
        assertThat(pool.calls).endsWith("close 0", "close ZooKeeper");
    }

    private boolean runUntilStopped() {
        try {
            return demo.run(false, 0, stop);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    /** Has its one node ready at once, or fails. */
    private static final class OneNodePool extends ScriptedPool {

        private boolean succeeds;
        private Consumer<NodePoolEvent> listener = event -> {};

        @Override
        public Runnable listen(Consumer<NodePoolEvent> listener) {
            this.listener = listener;
            return () -> {};
        }

        @Override
        public NodePool start() {
            enter("building", 0);
            enter("ready", 500);
            return super.start();
        }

        @Override
        public CompletableFuture<NodeLease> request(List<String> labels) {
            return succeeds
                    ? CompletableFuture.completedFuture(new Lease(this))
                    : CompletableFuture.failedFuture(new IllegalStateException("no capacity"));
        }

        private void enter(String state, int millis) {
            listener.accept(new NodeChanged(
                    NOW.plusMillis(millis), "0000000000", state, "demo-small", "demo-cloud", null, null, ""));
        }
    }

    private record Lease(OneNodePool pool) implements NodeLease {

        @Override
        public String requestId() {
            return "100-0000000000";
        }

        @Override
        public List<LeasedNode> nodes() {
            return List.of(new LeasedNode("0000000000", "demo-small", "demo-cloud", "10.0.0.1", 22, "zuul", List.of()));
        }

        @Override
        public void inUse() {}

        @Override
        public void hold(String reason, Duration howLong) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onLost(Consumer<String> listener) {}

        @Override
        public void close() {
            pool.calls.add("give back");
            pool.enter(Timeline.GONE, 900);
        }
    }
}
