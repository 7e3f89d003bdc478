package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Records that are to go, or that somebody left behind. */
class CleanupTest extends SweepBase {

    private static String oneInStock() {
        return config().replace("{name: b}", "{name: b, min-ready: 1}");
    }

    private Node stock() {
        scenario.passUntil(() -> readyNodes().size() == 1, LONG);
        return readyNodes().get(0);
    }

    private List<Node> readyNodes() {
        return scenario.nodes().stream()
                .filter(n -> n.state() == NodeState.READY && n.allocatedTo().isEmpty())
                .toList();
    }

    private void delete(Node node) {
        scenario.await(
                scenario.user.set(Layout.node(node.id()), Json.write(node.doc().with("state", "deleting")), -1));
    }

    private String write(Map<String, ?> fields) {
        scenario.await(scenario.user.ensure(Layout.NODES));
        return scenario.await(scenario.user.create(
                        Layout.NODES + "/",
                        Json.write(new Document(new HashMap<String, Object>(fields))),
                        Mode.PERSISTENT_SEQUENTIAL))
                .name();
    }

    @Test
    @Behaviour("L30")
    void nodeThatIsToBeDeletedGoesAndIsReplacedByAnother() {
        scenario.launcher(oneInStock());
        var old = stock();
        delete(old);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(stock().id()).isNotEqualTo(old.id());
        assertThat(scenario.nodes()).hasSize(1);
        assertThat(machineIds()).hasSize(1).doesNotContain(String.valueOf(old.externalId()));
    }

    @Test
    @Behaviour("L31")
    void machineThatIsDeletedAndStillListedCountsAsDeleted() {
        scenario.launcher(oneInStock());
        var old = stock();
        scenario.cloud.extras.linger(String.valueOf(old.externalId()));
        delete(old);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(stock().id()).isNotEqualTo(old.id());
        assertThat(scenario.nodes()).hasSize(1);
        assertThat(machineIds()).hasSize(2);
    }

    @Test
    @Behaviour("L35")
    void nodeWhoseDeletionFailsStaysUnlockedForALaterTryAndIsReplacedMeanwhile() {
        var launcher = scenario.launcher(oneInStock());
        var old = stock();
        scenario.cloud.extras.stick(String.valueOf(old.externalId()));
        delete(old);
        scenario.pass(Duration.ofSeconds(30));
        assertThat(stock().id()).isNotEqualTo(old.id());
        assertThat(scenario.node(old.id()).state()).isEqualTo(NodeState.DELETING);
        assertThat(scenario.names(Layout.nodeLock(old.id()))).isEmpty();
        assertThat(launcher.launcher.readiness().remarks())
                .singleElement()
                .asString()
                .contains(old.id());
        scenario.pass(Duration.ofHours(1));
        assertThat(scenario.cloud.extras.deletions()).hasSizeBetween(60, 75);
        assertThat(launcher.gauged("nodepool.provider.fake-one.deletes.failing"))
                .isEqualTo(1L);
        scenario.cloud.extras.loosen();
        scenario.pass(Duration.ofSeconds(80));
        assertThat(launcher.gauged("nodepool.provider.fake-one.deletes.failing"))
                .isEqualTo(0L);
        assertThat(scenario.nodes()).hasSize(1);
        assertThat(launcher.launcher.readiness().remarks()).isEmpty();
    }

    @Test
    @Behaviour("L46")
    void pendingRequestThatNobodyServesIsFreeAtTheStartAndItsNodeIsUsed() {
        var first = scenario.launcher(config());
        var id = node();
        first.kill();
        scenario.pass(Scenario.SESSION.plusSeconds(1));
        var request = scenario.node(id).allocatedTo().orElseThrow();
        scenario.await(scenario.user.set(
                Layout.request(request),
                Json.write(scenario.request(request).doc().with("state", "pending")),
                -1));
        var creations = scenario.cloud.calls("create");
        scenario.launcher(config());
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), Duration.ofSeconds(5));
        assertThat(scenario.request(request).nodes()).containsExactly(id);
        assertThat(scenario.cloud.calls("create")).isEqualTo(creations);
    }

    @Test
    @Behaviour("L47")
    void readyNodeOfARequestThatIsGoneIsFreed() {
        var first = scenario.launcher(config());
        var id = node();
        first.kill();
        scenario.pass(Scenario.SESSION.plusSeconds(1));
        scenario.await(scenario.user.delete(
                Layout.request(scenario.node(id).allocatedTo().orElseThrow()), -1));
        scenario.launcher(config());
        scenario.pass(Duration.ofSeconds(1));
        assertThat(scenario.node(id).allocatedTo()).isEmpty();
        assertThat(scenario.node(id).state()).isEqualTo(NodeState.READY);
    }

    @Test
    @Behaviour("L58")
    void oldestUnusedNodeMakesRoomForARequestOfAnotherLabel() {
        scenario.launcher(config("instances: 2"));
        var old = node();
        scenario.pass(Duration.ofSeconds(5));
        var young = node();
        for (var node : List.of(young, old)) {
            scenario.await(scenario.user.delete(
                    Layout.request(scenario.node(node).allocatedTo().orElseThrow()), -1));
        }
        scenario.pass(Duration.ofSeconds(1));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.names(Layout.NODES))
                .contains(young)
                .doesNotContain(old)
                .hasSize(2);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(2);
    }

    @Test
    @Behaviour("L62")
    void failedDeletionOfAFailedLaunchIsTriedAgainAndTheLaunchSucceeds() {
        scenario.launcher(config());
        var faults = scenario.cloud.cloud(PROVIDER).faults();
        faults.add(new FaultRule(Operation.BOOT, FaultKind.UNEXPECTED, new FaultRule.Times(1)));
        faults.add(new FaultRule(Operation.DELETE, FaultKind.UNEXPECTED, new FaultRule.Times(3)));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(machineIds()).hasSize(1);
        assertThat(scenario.cloud.extras.deletions()).hasSize(4);
        assertThat(scenario.nodes()).hasSize(1);
    }

    @Test
    @Behaviour("L70")
    void recordWhoseZnodeCanNotBeRemovedSaysDeletedAndIsRemovedLater() {
        var launcher = scenario.launcher(config());
        var id = node();
        var contender = Layout.nodeLock(id) + "/0123456789abcdef0123456789abcdef__lock__0000000099";
        var stubborn = new AtomicBoolean(true);
        // Whoever else removes the lock, it is there again.
        launcher.probe.onPoint(point -> {
            var cloudAnswered = point.call().equals("delete") && !point.before();
            var removed = point.call().equals("delete " + contender) && !point.before();
            if (stubborn.get() && (cloudAnswered || removed)) {
                scenario.user.create(contender, new byte[0], Mode.EPHEMERAL);
            }
        });
        delete(scenario.node(id));
        scenario.pass(Duration.ofMinutes(3));
        assertThat(scenario.node(id).state()).isEqualTo(NodeState.DELETED);
        assertThat(machineIds()).isEmpty();
        stubborn.set(false);
        scenario.await(scenario.user.delete(contender, -1));
        scenario.passUntil(() -> scenario.nodes().isEmpty(), Duration.ofSeconds(70));
    }

    @Test
    @Behaviour("L70")
    void recordThatAnotherLauncherCouldNotRemoveGoes() {
        scenario.launcher(config());
        var left = write(Map.of("state", "deleted", "state_time", 1e9, "provider", PROVIDER));
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.names(Layout.NODES)).doesNotContain(left);
    }

    @Test
    void halfDeletedRecordsGoAndLockedOnesStay() {
        scenario.launcher(config());
        var wiped = write(Map.of("state", "ready", "state_time", 1e9));
        var deleted = write(Map.of("state", "deleted", "state_time", 1e9, "provider", "gone"));
        var foreign = write(Map.of("state", "deleting", "state_time", 1e9, "provider", "gone"));
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.names(Layout.NODES)).containsExactly(foreign).doesNotContain(wiped, deleted);
        assertThat(scenario.cloud.calls("delete")).isZero();
    }

    @Test
    void nodeThatIsBeingRecordedStaysWithoutAStateTimeForAWhileAndThenGoes() {
        scenario.launcher(config());
        var init = write(Map.of("state", "init", "provider", PROVIDER, "pool", "main", "launcher", "dead"));
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.names(Layout.NODES)).containsExactly(init);
        scenario.pass(Duration.ofSeconds(20));
        assertThat(scenario.names(Layout.NODES)).isEmpty();
    }

    @Test
    void nodeRecordedByALauncherWhoseClockWasAheadDoesNotStayUntilThatTimeComes() {
        scenario.launcher(config());
        var later = scenario.time.instant().plus(Duration.ofMinutes(38)).getEpochSecond();
        write(Map.of("state", "init", "state_time", later, "provider", PROVIDER, "pool", "main", "launcher", "dead"));
        scenario.pass(Duration.ofSeconds(25));
        assertThat(scenario.names(Layout.NODES)).isEmpty();
    }

    @Test
    void nodeDeletedByALauncherWhoseClockWasAheadDoesNotStayUntilThatTimeComes() {
        scenario.launcher(config());
        var later = scenario.time.instant().plus(Duration.ofMinutes(38)).getEpochSecond();
        write(Map.of(
                "state",
                "deleting",
                "state_time",
                later,
                "provider",
                PROVIDER,
                "pool",
                "main",
                "nodepool_launch",
                "t"));
        scenario.pass(Duration.ofSeconds(25));
        assertThat(scenario.names(Layout.NODES)).isEmpty();
    }

    @Test
    void readyNodesOfAProviderThatNobodyServesAreNoStockAndStay() {
        write(Map.of("state", "ready", "state_time", 1e9, "provider", "gone", "pool", "main", "type", List.of("b")));
        write(Map.of("state", "ready", "state_time", 1e9, "provider", PROVIDER, "pool", "gone", "type", List.of("b")));
        scenario.launcher(oneInStock());
        scenario.passUntil(() -> machineIds().size() == 1, LONG);
        scenario.pass(Duration.ofMinutes(2));
        assertThat(scenario.names(Layout.NODES)).hasSize(3);
        assertThat(machineIds()).hasSize(1);
    }

    @Test
    @Behaviour("L12")
    void requestForStockIsDeclinedWhereThereIsNoRoomAndFailsWhenNobodyElseIsLeft() {
        scenario.launcher(config("instances: 1"));
        node();
        var request = scenario.ask(Map.of("requestor", "NodePool:min-ready", "reuse", false), "b");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), Duration.ofSeconds(10));
        assertThat(scenario.request(request).declinedBy())
                .containsExactlyElementsOf(scenario.registered().keySet());
        assertThat(scenario.nodes()).hasSize(1);
    }
}
