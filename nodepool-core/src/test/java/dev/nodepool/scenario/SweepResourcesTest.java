package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.scenario.Extras.Answer;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports, addresses and volumes are swept with the same care as machines. */
class SweepResourcesTest extends SweepBase {

    @Test
    void leakedResourceIsDeletedAndCountedByItsKind() {
        var launcher = scenario.launcher(config());
        node();
        resource("volumes", Ground.MARKS, marks(), Optional.empty());
        resource("floatingips", Ground.MARKS, marks(), Optional.of("machine-that-is-gone"));
        scenario.pass(Duration.ofSeconds(100));
        assertThat(resources()).hasSize(2);
        scenario.pass(SWEEPS);
        assertThat(resources()).isEmpty();
        assertThat(launcher.counted("nodepool.provider.fake-one.leaked.volumes"))
                .isEqualTo(1);
        assertThat(launcher.counted("nodepool.provider.fake-one.leaked.floatingips"))
                .isEqualTo(1);
        assertThat(launcher.counted("nodepool.provider.fake-one.downPorts")).isZero();
    }

    @Test
    @Behaviour("L69")
    void portsThatTheDriverListsByItsRuleAreDeletedAndCountedTwice() {
        var launcher = scenario.launcher(config());
        resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.empty());
        resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.of("machine-that-is-gone"));
        scenario.pass(SWEEPS);
        assertThat(resources()).isEmpty();
        assertThat(launcher.counted("nodepool.provider.fake-one.leaked.ports")).isEqualTo(2);
        assertThat(launcher.counted("nodepool.provider.fake-one.downPorts")).isEqualTo(2);
    }

    @Test
    void whatIsForeignOrKnownOrBelongsToAMachineThatIsThereStays() {
        scenario.launcher(config());
        var node = node();
        var machine = machineIds().iterator().next();
        var launch = scenario.node(node).launchToken().orElseThrow();
        var foreign = machine(Map.of());
        var elsewhere = marks();
        elsewhere.put(LaunchSpec.INSTALLATION, "elsewhere");
        var other = marks();
        other.put(LaunchSpec.PROVIDER, "other");
        var launched = marks();
        launched.put(LaunchSpec.LAUNCH, launch);
        resource("volumes", Ground.MARKS, Map.of(), Optional.empty());
        resource("volumes", Ground.MARKS, elsewhere, Optional.empty());
        resource("volumes", Ground.MARKS, other, Optional.empty());
        resource("volumes", Ground.MARKS, launched, Optional.empty());
        resource("volumes", Ground.MARKS, marks(node), Optional.empty());
        resource("ports", Ground.DRIVER_RULE, marks(node), Optional.empty());
        resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.of(machine));
        resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.of(foreign));
        scenario.pass(Duration.ofMinutes(20));
        assertThat(resources()).hasSize(8);
        assertThat(machineIds()).contains(machine, foreign);
    }

    @ParameterizedTest
    @EnumSource(
            value = Answer.class,
            names = {"CUT_SHORT", "FAILING"})
    void listThatIsCutShortOrFailsDeletesNoResourceButTheMachinesAreSwept(Answer answer) {
        scenario.launcher(config());
        node();
        machine(marks());
        resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.empty());
        scenario.cloud.extras.answer(answer);
        scenario.pass(Duration.ofMinutes(20));
        assertThat(resources()).hasSize(1);
        assertThat(machineIds()).hasSize(1);
        scenario.cloud.extras.answer(Answer.COMPLETE);
        scenario.pass(SWEEPS);
        assertThat(resources()).isEmpty();
    }

    @Test
    void recordThatAppearsMeanwhileProtectsAResource() {
        scenario.launcher(config());
        node();
        resource("volumes", Ground.MARKS, marks("0000000077"), Optional.empty());
        scenario.pass(Duration.ofSeconds(70));
        var record = scenario.nodes().get(0).doc().with("external_id", null).with("nodepool_launch", null);
        scenario.await(scenario.user.create(Layout.node("0000000077"), Json.write(record), Mode.PERSISTENT));
        scenario.pass(Duration.ofMinutes(20));
        assertThat(resources()).hasSize(1);
    }

    @Test
    void frozenProviderKeepsItsResources() {
        scenario.launcher(config());
        node();
        resource("volumes", Ground.MARKS, marks(), Optional.empty());
        resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.empty());
        wipeNodes();
        scenario.pass(Duration.ofMinutes(20));
        assertThat(resources()).hasSize(2);
        assertThat(scenario.cloud.extras.deletions()).isEmpty();
    }

    @Test
    void resourceThatCanNotBeDeletedDoesNotStopTheOthers() {
        scenario.launcher(config());
        node();
        var stuck = resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.empty());
        scenario.cloud.extras.stick(stuck.id().toString());
        scenario.pass(SWEEPS);
        for (var i = 0; i < 25; i++) {
            resource("ports", Ground.DRIVER_RULE, Map.of(), Optional.empty());
        }
        scenario.pass(Duration.ofMinutes(6));
        assertThat(resources()).containsExactly(stuck);
        assertThat(scenario.cloud.extras.deletions()).hasSizeBetween(27, 31);
    }
}
