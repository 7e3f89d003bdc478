package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaunchTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    static String config(String cloud, String pool) {
        return """
                labels: [{name: a}, {name: b}, {name: c}]
                providers:
                  - name: fake-one
                    cloud: fake
                    fake-cloud: {%s}
                    launch-retries: 2
                    launch-timeout: 60
                    cloud-images: [{name: image, username: ci}]
                    pools:
                      - name: main
                        node-attributes: {rack: r1}
                %s
                        labels:
                          - {name: a, cloud-image: image, min-ram: 8192}
                          - {name: b, cloud-image: image, min-ram: 8192}
                          - {name: c, cloud-image: image, min-ram: 8192}
                """.formatted(cloud, pool.isEmpty() ? "" : "        " + pool);
    }

    private void fault(Operation operation, FaultKind kind, int times) {
        scenario.cloud.cloud("fake-one").faults().add(new FaultRule(operation, kind, new FaultRule.Times(times)));
    }

    @Test
    @Behaviour({"L01"})
    void fulfilledNodeIsReadyUnlockedAllocatedAndFullyDescribed() {
        scenario.launcher(config("", ""));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        var node = scenario.node(scenario.request(request).nodes().get(0));
        assertThat(node.doc().fields())
                .containsEntry("state", "ready")
                .containsEntry("provider", "fake-one")
                .containsEntry("pool", "main")
                .containsEntry("type", List.of("a"))
                .containsEntry("allocated_to", request)
                .containsEntry("cloud", "fake")
                .containsEntry("username", "ci")
                .containsEntry("connection_type", "ssh")
                .containsEntry("connection_port", 22)
                .containsEntry("python_path", "auto")
                .containsEntry("image_id", "image")
                .containsEntry("requestor", "zuul")
                .containsEntry("attributes", Map.of("rack", "r1"))
                .containsEntry("resources", Map.of("cores", 4, "instances", 1, "ram", 8192));
        assertThat(node.launcher().orElseThrow()).matches("host1-PoolWorker\\.fake-one-main-[0-9a-f]{32}");
        assertThat(scenario.names(Layout.nodeLock(node.id()))).isEmpty();
        assertThat(scenario.request(request).doc().get("requestor_data")).isEqualTo(Map.of("job", "j"));
        scenario.use(request);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        assertThat(scenario.names(Layout.REQUEST_LOCKS)).isEmpty();
        assertThat(scenario.machines()).isEmpty();
    }

    @Test
    @Behaviour("L02")
    void nodesStandInTheOrderOfTheLabels() {
        scenario.launcher(config("", ""));
        var request = scenario.ask("b", "a", "c", "a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.request(request).nodes().stream()
                        .map(scenario::node)
                        .map(Node::label))
                .containsExactly("b", "a", "c", "a");
    }

    @Test
    @Behaviour({"L04", "L07"})
    void requestsBeyondTheQuotaWaitUntilNodesAreGone() {
        scenario.launcher(config("instances: 2", ""));
        var first = scenario.ask("a", "a");
        var second = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(first).equals("fulfilled"), LONG);
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.state(second)).isEqualTo("requested");
        assertThat(scenario.machines()).hasSize(2);
        scenario.use(first);
        scenario.passUntil(() -> scenario.state(second).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(2);
    }

    @Test
    void twoRequestsThatEachNeedMostOfTheQuotaBothEnd() {
        scenario.launcher(config("instances: 4", ""));
        var requests = List.of(scenario.ask("a", "a", "a"), scenario.ask("a", "b", "c"), scenario.ask("b", "b", "b"));
        requests.forEach(scenario::use);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        assertThat(scenario.cloud.mostInstances()).isLessThanOrEqualTo(4);
    }

    @Test
    @Behaviour("L09")
    void quotaRefusedByTheCloudPausesAndDoesNotFail() {
        scenario.launcher(config("", ""));
        fault(Operation.CREATE, FaultKind.QUOTA, 3);
        var request = scenario.ask("a");
        scenario.pass(Duration.ofMillis(500));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.request(request).declinedBy()).isEmpty();
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(4);
    }

    @Test
    @Behaviour("L10")
    void requestFailsWhenAllAttemptsFailAndNothingIsLeftBehind() {
        scenario.launcher(config("", ""));
        fault(Operation.CREATE, FaultKind.UNEXPECTED, 2);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        assertThat(scenario.request(request).declinedBy()).hasSize(1);
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        assertThat(scenario.machines()).isEmpty();
    }

    @Test
    void failedBootIsTriedAgainWithoutTwoMachinesForOneNode() {
        scenario.launcher(config("", ""));
        fault(Operation.BOOT, FaultKind.UNEXPECTED, 1);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(1);
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
    }

    @Test
    void machineWhoseAnswerWasLostIsFoundByItsMark() {
        scenario.launcher(config("", ""));
        fault(Operation.CREATE, FaultKind.LOST_ANSWER, 1);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(1);
        var machine = scenario.machines().get(0);
        var node = scenario.nodes().get(0);
        assertThat(node.externalId()).isEqualTo(machine.id().json());
        assertThat(node.launchToken()).contains(machine.metadata().get(LaunchSpec.LAUNCH));
    }

    @Test
    void hangingCloudEndsAtTheLaunchTimeout() {
        scenario.launcher(config("", ""));
        fault(Operation.CREATE, FaultKind.HANG, 2);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"CAPACITY", "RATE", "UNAVAILABLE", "UNAUTHORIZED", "LOST_ANSWER", "QUOTA"})
    void transientFaultOfTheCloudDelaysButDoesNotFail(FaultKind kind) {
        scenario.launcher(config("", ""));
        fault(Operation.CREATE, kind, 1);
        var request = scenario.ask("a", "b");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        scenario.use(request);
        // What was ready where there was no room for the others is stock.
        var stock = kind == FaultKind.CAPACITY ? 1 : 0;
        scenario.passUntil(
                () -> scenario.nodes().size() == stock && scenario.machines().size() == stock, LONG);
    }

    @Test
    void failingDeletionIsTriedAgainWithPauses() {
        scenario.launcher(config("", ""));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        fault(Operation.DELETE, FaultKind.UNEXPECTED, 4);
        scenario.use(request);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.nodes()).extracting(n -> n.state().text()).containsExactly("deleting");
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        assertThat(scenario.cloud.calls("delete")).isEqualTo(5);
    }

    @Test
    void nodesOfAWithdrawnRequestAreKeptAndUsedForTheNext() {
        scenario.launcher(config("boot-seconds: 5", ""));
        var request = scenario.ask("a", "b");
        scenario.pass(Duration.ofSeconds(2));
        scenario.await(scenario.user.delete(Layout.request(request), -1));
        scenario.passUntil(
                () -> scenario.nodes().stream()
                                .filter(n -> n.allocatedTo().isEmpty())
                                .count()
                        == 2,
                LONG);
        var next = scenario.ask("a", "b");
        scenario.passUntil(() -> scenario.state(next).equals("fulfilled"), Duration.ofSeconds(2));
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        assertThat(scenario.names(Layout.REQUEST_LOCKS)).containsExactly(next);
    }

    @Test
    void freeNodesOfOtherLabelsMakeRoomButNoMoreThanNeeded() {
        scenario.launcher(config("instances: 3", ""));
        var request = scenario.ask("a", "b", "b");
        scenario.pass(Duration.ofMillis(20));
        scenario.await(scenario.user.delete(Layout.request(request), -1));
        scenario.passUntil(
                () -> scenario.nodes().stream()
                                .filter(n -> n.allocatedTo().isEmpty())
                                .count()
                        == 3,
                LONG);
        var next = scenario.ask("c");
        scenario.passUntil(() -> scenario.state(next).equals("fulfilled"), LONG);
        assertThat(scenario.nodes()).hasSize(3);
        assertThat(scenario.cloud.calls("create")).isEqualTo(4);
    }
}
