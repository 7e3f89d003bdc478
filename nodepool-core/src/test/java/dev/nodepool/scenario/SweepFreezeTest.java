package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.recycle.SweepOrders;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When ZooKeeper rather than the cloud must have lost something, and how a person ends the doubt. */
class SweepFreezeTest extends SweepBase {

    private static final Duration LONG_TIME = Duration.ofMinutes(20);

    private void confirm() {
        scenario.await(SweepOrders.confirm(scenario.user, PROVIDER, "somebody", 0));
    }

    private boolean frozen() {
        return !scenario.document(Layout.sweep(PROVIDER))
                .text("frozen")
                .orElse("")
                .isEmpty();
    }

    /** Loses the records and makes their place anew, as a restored or emptied ZooKeeper has it. */
    private void recreateNodes() {
        wipeNodes();
        scenario.await(scenario.user.delete(Layout.NODES, -1));
        scenario.await(scenario.user.create(Layout.NODES, new byte[0], Mode.PERSISTENT));
    }

    @Test
    void recordsMadeAnewFreezeAlsoWhenThereAreSomeAgain() {
        var launcher = scenario.launcher(config());
        node();
        node();
        var orphans = machineIds();
        recreateNodes();
        scenario.pass(Duration.ofSeconds(5));
        node();
        scenario.pass(LONG_TIME);
        assertThat(machineIds()).hasSize(3).containsAll(orphans);
        assertThat(frozen()).isTrue();
        assertThat(launcher.launcher.readiness().remarks())
                .singleElement()
                .asString()
                .contains("fake-one", "2 of 3 instances", "made anew");
    }

    @Test
    void confirmedOrphansOfRecordsMadeAnewGoAndTheProviderIsSweptAsBefore() {
        scenario.launcher(config());
        node();
        node();
        recreateNodes();
        scenario.pass(Duration.ofSeconds(5));
        node();
        scenario.pass(LONG_TIME);
        confirm();
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1);
        assertThat(frozen()).isFalse();
        machine(marks());
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1);
    }

    @Test
    void recordsMadeAnewAreTrustedOnceNoMachineIsUnknown() {
        scenario.launcher(config());
        var only = node();
        scenario.await(scenario.user.delete(
                Layout.request(scenario.node(only).allocatedTo().orElseThrow()), -1));
        recreateNodes();
        scenario.pass(Duration.ofSeconds(90));
        assertThat(frozen()).isTrue();
        scenario.cloud.cloud(PROVIDER).delete(scenario.machines().get(0).id());
        node();
        scenario.pass(Duration.ofMinutes(3));
        assertThat(frozen()).isFalse();
        machine(marks());
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1);
    }

    @Test
    void orphansOfAnEmptiedTreeStayAlsoWhenThereAreNodesAgainAndAlsoForTheNextLauncher() {
        var first = scenario.launcher(config());
        node();
        node();
        var orphans = machineIds();
        wipeNodes();
        scenario.pass(Duration.ofMinutes(3));
        node();
        first.kill();
        scenario.pass(Scenario.SESSION.plusSeconds(1));
        scenario.launcher(config());
        scenario.pass(LONG_TIME);
        assertThat(machineIds()).hasSize(3).containsAll(orphans);
        var leaked = machine(marks());
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(3).containsAll(orphans).doesNotContain(leaked);
        confirm();
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1).doesNotContainAnyElementsOf(orphans);
    }

    @Test
    void leakThatWasThereBeforeTheLastNodeWentIsDeletedWhenThereAreNodesAgain() {
        scenario.launcher(config());
        var used = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(used).equals("fulfilled"), LONG);
        var nodes = scenario.accept(used);
        var leaked = machine(marks());
        scenario.cloud.extras.stick(leaked);
        scenario.pass(LONG_TIME);
        scenario.giveBack(nodes);
        scenario.pass(LONG_TIME);
        assertThat(machineIds()).containsExactly(leaked);
        scenario.cloud.extras.loosen();
        scenario.pass(Duration.ofHours(2));
        assertThat(machineIds()).containsExactly(leaked);
        node();
        scenario.pass(SWEEPS);
        assertThat(machineIds()).hasSize(1).doesNotContain(leaked);
    }

    @Test
    void doubtsThatCouldNotBeStoredAreHadAgain() {
        var launcher = scenario.launcher(config());
        node();
        var orphans = machineIds();
        wipeNodes();
        launcher.probe.loseBefore(call ->
                call.path().equals(Layout.sweep(PROVIDER)) && call.name().equals("multi"));
        scenario.pass(LONG_TIME);
        launcher.probe.loseBefore(call -> false);
        scenario.pass(LONG_TIME);
        node();
        scenario.pass(LONG_TIME);
        assertThat(machineIds()).hasSize(2).containsAll(orphans);
    }

    private Set<String> machines(int count) {
        var ids = new HashSet<String>();
        for (var i = 0; i < count; i++) {
            ids.add(machine(marks()));
        }
        return ids;
    }

    @Test
    void confirmationLastsUntilAllThatWasUnknownIsDeletedAndCoversNothingElse() {
        scenario.launcher(config("instances: 200, cores: 2000, ram: 2000000"));
        node();
        var confirmed = machines(35);
        scenario.pass(Duration.ofMinutes(5));
        assertThat(machineIds()).hasSize(36);
        assertThat(frozen()).isTrue();
        confirm();
        scenario.pass(Duration.ofSeconds(70));
        var later = machines(30);
        scenario.pass(Duration.ofMinutes(10));
        assertThat(machineIds()).hasSize(31).containsAll(later).doesNotContainAnyElementsOf(confirmed);
        assertThat(frozen()).isTrue();
        assertThat(scenario.names(Layout.sweep(PROVIDER))).doesNotContain("confirm");
    }

    @Test
    void confirmationOutlivesTheLauncherThatReadIt() {
        var first = scenario.launcher(config("instances: 200, cores: 2000, ram: 2000000"));
        node();
        machines(35);
        scenario.pass(Duration.ofMinutes(3));
        confirm();
        scenario.passUntil(() -> machineIds().size() <= 26, LONG);
        first.kill();
        scenario.pass(Scenario.SESSION.plusSeconds(1));
        scenario.launcher(config("instances: 200, cores: 2000, ram: 2000000"));
        scenario.pass(Duration.ofMinutes(8));
        assertThat(machineIds()).hasSize(1);
    }

    @Test
    void nothingCanBeConfirmedWhereNothingIsHeldBack() {
        scenario.launcher(config());
        scenario.pass(Duration.ofMinutes(2));
        var refused = SweepOrders.confirm(scenario.user, PROVIDER, "somebody", 0);
        scenario.turns.run();
        assertThat(refused).isCompletedExceptionally();
        assertThat(scenario.names(Layout.sweep(PROVIDER))).doesNotContain("confirm");
        for (var name : List.of("nobody", "", "a/b", "..")) {
            var unknown = SweepOrders.confirm(scenario.user, name, "somebody", 0);
            scenario.turns.run();
            assertThat(unknown).isCompletedExceptionally();
        }
    }

    @Test
    void stateThatCanNotBeReadIsWrittenAnewAndAnOddOrderConfirmsNothing() {
        scenario.launcher(config());
        node();
        var orphans = machines(8);
        scenario.pass(Duration.ofMinutes(2));
        scenario.await(scenario.user.set(Layout.sweep(PROVIDER), "[".getBytes(), -1));
        scenario.await(scenario.user.create(Layout.sweepOrder(PROVIDER), "{\"held\": 7}".getBytes(), Mode.PERSISTENT));
        scenario.pass(Duration.ofMinutes(5));
        assertThat(frozen()).isTrue();
        assertThat(machineIds()).containsAll(orphans);
        assertThat(scenario.names(Layout.sweep(PROVIDER))).doesNotContain("confirm");
    }

    @Test
    void nothingIsSweptUnderAnotherInstallationId() {
        scenario.launcher(config());
        node();
        machine(marks());
        scenario.await(scenario.user.set(Layout.INSTALLATION, "another".getBytes(), -1));
        scenario.pass(LONG_TIME);
        assertThat(machineIds()).hasSize(2);
    }
}
