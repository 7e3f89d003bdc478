package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A provider that left the configuration: nothing new, and nothing left behind. */
class RemovedProviderTest extends ReloadBase {

    private String id(String provider) {
        return scenario.registered().keySet().stream()
                .filter(id -> id.contains(provider))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Behaviour("L55")
    void deregistersAtOnceAndStaysOpenUntilItsNodesAreGone() {
        var running = scenario.launcher(file(north(), south()));
        var used = scenario.ask("a");
        awaitState(used, "fulfilled");
        var nodes = new ArrayList<>(scenario.accept(used));
        var underWay = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        running.apply(file(south()));
        assertThat(scenario.registered()).containsOnlyKeys(id("fake-south"));
        assertThat(scenario.names(Layout.LAUNCHERS)).containsExactly(id("fake-south"));
        awaitState(underWay, "fulfilled");
        nodes.addAll(scenario.accept(underWay));
        scenario.pass(Duration.ofMinutes(30));
        assertThat(running.launcher.readiness().remarks())
                .containsExactly(
                        "provider fake-north is no longer configured; nodes left: " + String.join(", ", nodes));
        assertThat(scenario.cloud.closed("fake-north")).isZero();
        scenario.giveBack(nodes);
        awaitNothingLeft();
        scenario.passUntil(() -> scenario.cloud.closed("fake-north") == 1, LONG);
        assertThat(running.launcher.readiness().remarks()).isEmpty();
        assertThat(scenario.cloud.callsAfterClose()).isZero();
        assertThat(scenario.cloud.opened("fake-south")).isEqualTo(1);
    }

    @Test
    void withoutNodesItIsClosedAtOnce() {
        var running = scenario.launcher(file(north(), south()));
        running.apply(file(south()));
        assertThat(scenario.cloud.closed("fake-north")).isEqualTo(1);
        running.apply(file(north(), south()));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(2);
        scenario.use(scenario.ask("a"));
    }

    @Test
    void backBeforeItsNodesAreGoneItGoesOnWithWhatItKnows() {
        var running = scenario.launcher(file(north()));
        var old = id("fake-north");
        var used = scenario.ask("a");
        awaitState(used, "fulfilled");
        var nodes = scenario.accept(used);
        running.apply(file(south()));
        running.apply(file(north(), south()));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(1);
        assertThat(id("fake-north")).isNotEqualTo(old);
        scenario.use(scenario.ask("a"));
        scenario.giveBack(nodes);
        awaitNothingLeft();
        assertThat(scenario.cloud.closed("fake-north")).isZero();
    }

    @Test
    void backWithOtherSettingsItTakesOverTheNodes() {
        var running = scenario.launcher(file(north()));
        var used = scenario.ask("a");
        awaitState(used, "fulfilled");
        var nodes = scenario.accept(used);
        running.apply(file(south()));
        running.apply(file(provider("fake-north", "c"), south()));
        assertThat(scenario.cloud.opened("fake-north")).isEqualTo(2);
        assertThat(scenario.cloud.closed("fake-north")).isEqualTo(1);
        scenario.giveBack(nodes);
        awaitNothingLeft();
        assertThat(running.launcher.readiness().remarks()).isEmpty();
    }

    @Test
    void movedToAnotherLauncherItIsLeftToThatOne() {
        var first = scenario.launcher(file(north(), south()));
        var used = scenario.ask("a");
        awaitState(used, "fulfilled");
        var nodes = scenario.accept(used);
        scenario.launcher(file(north()));
        first.apply(file(south()));
        assertThat(scenario.cloud.closed("fake-north")).isEqualTo(1);
        scenario.giveBack(nodes);
        awaitNothingLeft();
    }

    @Test
    void nodesOfAProviderThatNobodyHasAreReportedAndLeftAlone() {
        var first = scenario.launcher(file(north()));
        var used = scenario.ask("a");
        awaitState(used, "fulfilled");
        var nodes = scenario.accept(used);
        first.stop(Duration.ZERO);
        scenario.giveBack(nodes);
        var second = scenario.launcher(file(south()));
        scenario.pass(Duration.ofSeconds(20));
        assertThat(second.launcher.readiness().remarks()).isEmpty();
        scenario.pass(Duration.ofMinutes(3));
        assertThat(second.launcher.readiness().remarks())
                .containsExactly("no launcher has provider fake-north; nodes left alone: " + String.join(", ", nodes));
        assertThat(scenario.await(second.launcher.unmanagedNodes())).isEqualTo(1);
        assertThat(scenario.nodes()).extracting(Node::id).isEqualTo(nodes);
        second.apply(file(north(), south()));
        awaitNothingLeft();
        assertThat(second.launcher.readiness().remarks()).isEqualTo(List.of());
    }
}
