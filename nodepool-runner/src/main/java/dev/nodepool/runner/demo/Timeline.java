package dev.nodepool.runner.demo;

import dev.nodepool.event.NodePoolEvent;
import dev.nodepool.event.NodePoolEvent.NodeChanged;
import dev.nodepool.event.NodePoolEvent.RequestChanged;
import dev.nodepool.event.NodePoolEvent.SessionChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Tells each event as a line and remembers when which node came into which state. Thread-safe. */
final class Timeline implements Consumer<NodePoolEvent> {

    /** The state that the library reports for a record that was removed. */
    static final String GONE = "gone";

    private final Instant start;
    private final Consumer<String> out;
    private final Map<String, Steps> nodes = new LinkedHashMap<>();

    /**
     * @param start what the times in the lines are counted from
     * @param out takes the lines
     */
    Timeline(Instant start, Consumer<String> out) {
        this.start = start;
        this.out = out;
    }

    @Override
    public void accept(NodePoolEvent event) {
        if (event instanceof SessionChanged session) {
            tell(session.at(), "ZooKeeper  " + session.state());
        } else if (event instanceof RequestChanged request) {
            tell(
                    request.at(),
                    "request    %s  %s  %s%s"
                            .formatted(
                                    request.request(),
                                    request.state(),
                                    String.join(", ", request.labels()),
                                    detail(request.detail())));
        } else if (event instanceof NodeChanged node && steps(node.node()).enter(node.state(), node.at())) {
            tell(
                    node.at(),
                    "node       %s  %s  %s%s"
                            .formatted(node.node(), node.state(), node.label(), detail(node.detail())));
        }
    }

    /** Tells a line of the demonstration's own. */
    void tell(Instant at, String text) {
        out.accept(String.format(Locale.ROOT, "%7.3f s  %s", seconds(Duration.between(start, at)), text));
    }

    /** The state a node is in, empty text when nothing was heard of it. */
    String state(String node) {
        return steps(node).state();
    }

    /** The states a node was in so far, each with the time it took. */
    String stepsOf(String node) {
        return steps(node).told();
    }

    /** Completes when all these nodes are gone. */
    CompletableFuture<Void> gone(Collection<String> ids) {
        return CompletableFuture.allOf(ids.stream().map(id -> steps(id).gone).toArray(CompletableFuture<?>[]::new));
    }

    private synchronized Steps steps(String node) {
        return nodes.computeIfAbsent(node, id -> new Steps());
    }

    private static String detail(String detail) {
        return detail.isEmpty() ? "" : "  (" + detail + ")";
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** The way of one node. */
    private static final class Steps {

        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private final List<Step> steps = new ArrayList<>();

        /** Returns whether the state is a new one: records change for other reasons too. */
        synchronized boolean enter(String state, Instant at) {
            if (state.equals(state())) {
                return false;
            }
            steps.add(new Step(state, at));
            if (state.equals(GONE)) {
                gone.complete(null);
            }
            return true;
        }

        synchronized String state() {
            return steps.isEmpty() ? "" : steps.get(steps.size() - 1).state();
        }

        synchronized String told() {
            List<String> told = new ArrayList<>();
            for (int i = 1; i < steps.size(); i++) {
                Step done = steps.get(i - 1);
                Duration took = Duration.between(done.since(), steps.get(i).since());
                told.add(String.format(Locale.ROOT, "%s %.3f s", done.state(), seconds(took)));
            }
            return String.join(", ", told);
        }
    }

    private record Step(String state, Instant since) {}
}
