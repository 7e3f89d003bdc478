package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which machines the search for leaks deletes, and when. */
class SweepTest extends SweepBase {

    @Test
    void leaksThatFillTheQuotaAreDeletedAlthoughTheCloudRefusesLaunches() {
        scenario.launcher(config("instances: 3"));
        var kept = node();
        machine(marks());
        machine(marks());
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.node(kept).state().text()).isEqualTo("ready");
    }

    @Test
    void leakedMachinesCountAsUseOfOthersSoThatTheCloudIsNotAskedInVain() {
        var first = scenario.launcher(config("instances: 3"));
        node();
        machine(marks());
        machine(marks());
        first.kill();
        scenario.pass(Scenario.SESSION.plusSeconds(1));
        var creations = scenario.cloud.calls("create");
        scenario.launcher(config("instances: 3"));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.cloud.calls("create")).isEqualTo(creations);
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(creations + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "../requests", "0000000000/lock", "no node", "zookeeper", "."})
    void machineWhoseNodeMarkIsNoNameOfANodeIsSweptLikeAnyOther(String mark) {
        scenario.launcher(config());
        node();
        var odd = machine(marks(mark));
        var plain = machine(marks());
        scenario.pass(SWEEPS);
        assertThat(machineIds()).doesNotContain(odd, plain).hasSize(1);
    }

    @Test
    void machineWithoutANodeMarkIsSweptLikeAnyOther() {
        scenario.launcher(config());
        node();
        var marks = marks();
        marks.remove(LaunchSpec.NODE_ID);
        var odd = machine(marks);
        scenario.pass(SWEEPS);
        assertThat(machineIds()).doesNotContain(odd).hasSize(1);
    }

    @Test
    void machinesThatCanNotBeDeletedDoNotHideOthers() {
        scenario.launcher(config("instances: 200, cores: 2000, ram: 2000000"));
        for (var i = 0; i < 60; i++) {
            scenario.ask("b");
        }
        scenario.passUntil(() -> machineIds().size() == 60, LONG);
        for (var i = 0; i < 12; i++) {
            scenario.cloud.extras.stick(machine(marks()));
        }
        scenario.pass(SWEEPS);
        var others = Set.of(machine(marks()), machine(marks()), machine(marks()));
        scenario.pass(SWEEPS);
        assertThat(machineIds()).doesNotContainAnyElementsOf(others).hasSize(72);
    }

    @Test
    void machineThatCanNotBeDeletedIsTriedAgainWithPausesAndTold() {
        var launcher = scenario.launcher(config());
        node();
        var stuck = machine(marks());
        scenario.cloud.extras.stick(stuck);
        scenario.pass(Duration.ofHours(3));
        assertThat(scenario.cloud.extras.deletions().size()).isBetween(5, 9);
        assertThat(scenario.document(Layout.sweep(PROVIDER)).number("failing", 0))
                .isEqualTo(1);
        assertThat(launcher.gauged("nodepool.provider.fake-one.leaks.failing")).isEqualTo(1L);
        assertThat(launcher.gauged("nodepool.provider.fake-one.leaks.unknown")).isEqualTo(1L);
        scenario.cloud.extras.loosen();
        scenario.passUntil(() -> machineIds().size() == 1, Duration.ofMinutes(62));
        assertThat(launcher.launcher.readiness().remarks()).isEmpty();
    }

    @Test
    void listThatIsCutShortDeletesNothing() {
        scenario.launcher(config());
        node();
        machine(marks());
        scenario.cloud.extras.machinesCutShort(true);
        scenario.pass(Duration.ofMinutes(20));
        assertThat(machineIds()).hasSize(2);
        scenario.cloud.extras.machinesCutShort(false);
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1);
    }

    @Test
    void recordThatCanNotBeReadProtectsItsMachine() {
        scenario.launcher(config());
        node();
        var other = node();
        scenario.await(scenario.user.set(Layout.node(other), "{".getBytes(), -1));
        scenario.pass(Duration.ofMinutes(20));
        assertThat(machineIds()).hasSize(2);
    }

    @Test
    void machineThatARecordKnowsByItsIdInTheCloudStaysWhateverItsMarks() {
        scenario.launcher(config());
        var node = node();
        var doc = scenario.node(node).doc().with("nodepool_launch", null);
        scenario.await(scenario.user.set(Layout.node(node), Json.write(doc), -1));
        scenario.pass(Duration.ofMinutes(20));
        assertThat(machineIds()).hasSize(1);
    }

    @Test
    @Behaviour("L37")
    void machineWhoseRecordWasRemovedIsDeletedReplacedAndCounted() {
        var launcher = scenario.launcher(config().replace("{name: b}", "{name: b, min-ready: 1}"));
        scenario.passUntil(
                () -> scenario.nodes().stream().anyMatch(n -> n.state().text().equals("ready")), LONG);
        var leaked = machineIds();
        wipeNodes();
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1).doesNotContainAnyElementsOf(leaked);
        assertThat(launcher.counted("nodepool.provider.fake-one.leaked.instances"))
                .isEqualTo(1);
    }

    @Test
    @Behaviour("L36")
    void machineWhoseRecordWasRemovedAndThatCanNotBeDeletedIsStillListedAndTriedAgain() {
        var launcher = scenario.launcher(config().replace("{name: b}", "{name: b, min-ready: 1}"));
        scenario.passUntil(
                () -> scenario.nodes().stream().anyMatch(n -> n.state().text().equals("ready")), LONG);
        var leaked = machineIds().iterator().next();
        scenario.cloud.extras.stick(leaked);
        wipeNodes();
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(2).contains(leaked);
        assertThat(scenario.cloud.extras.deletions()).contains(leaked);
        assertThat(launcher.counted("nodepool.provider.fake-one.leaked.instances"))
                .isZero();
        scenario.cloud.extras.loosen();
        scenario.passUntil(() -> !machineIds().contains(leaked), LONG);
        assertThat(scenario.nodes()).hasSize(1);
    }

    @Test
    void launcherOfTheSameProviderThatIsNewFindsTheLeakToo() {
        scenario.launcher(config()).kill();
        scenario.pass(Scenario.SESSION.plusSeconds(1));
        scenario.launcher(config());
        node();
        machine(marks());
        scenario.launcher(config());
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1);
    }
}
