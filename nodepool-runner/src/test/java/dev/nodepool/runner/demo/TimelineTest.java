package dev.nodepool.runner.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.event.NodePoolEvent.NodeChanged;
import dev.nodepool.event.NodePoolEvent.RequestChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class TimelineTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> lines = new ArrayList<>();
    private final Timeline timeline = new Timeline(START, lines::add);

    @Test
    void tellsEventsWithTheTimeSinceTheStart() {
        timeline.accept(new RequestChanged(
                START.plusMillis(1250), "100-0000000000", "failed", List.of("a", "b"), List.of(), "no quota"));
        assertThat(lines).containsExactly("  1.250 s  request    100-0000000000  failed  a, b  (no quota)");
    }

    @Test
    void tellsAStateOnceAndHowLongItLasted() {
        enter("0000000000", "building", 100);
        enter("0000000000", "building", 150);
        enter("0000000000", "ready", 600);
        assertThat(lines).hasSize(2);
        assertThat(timeline.state("0000000000")).isEqualTo("ready");
        assertThat(timeline.stepsOf("0000000000")).isEqualTo("building 0.500 s");
    }

    @Test
    void knowsWhenAllNodesAreGone() {
        CompletableFuture<Void> gone = timeline.gone(List.of("0000000000", "0000000001"));
        enter("0000000000", Timeline.GONE, 100);
        assertThat(gone).isNotDone();
        enter("0000000001", Timeline.GONE, 200);
        assertThat(gone).isCompleted();
    }

    private void enter(String node, String state, int millis) {
        timeline.accept(new NodeChanged(START.plusMillis(millis), node, state, "a", "cloud", null, null, ""));
    }
}
