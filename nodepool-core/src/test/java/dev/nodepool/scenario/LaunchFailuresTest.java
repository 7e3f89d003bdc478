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
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launches that fail, and what they leave behind. */
class LaunchFailuresTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    private void fault(Operation operation, FaultKind kind, int times) {
        scenario.cloud.cloud("fake-one").faults().add(new FaultRule(operation, kind, new FaultRule.Times(times)));
    }

    private void nothingLeft() {
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    @Behaviour("L32")
    void failingCreationsUseUpTheRetriesAndNoMore() {
        scenario.launcher(LaunchTest.config("", ""));
        fault(Operation.CREATE, FaultKind.UNEXPECTED, 100);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        nothingLeft();
    }

    @Test
    @Behaviour("L34")
    void failedMachinesThatWereMadeDoNotWedgeTheNextRequest() {
        scenario.launcher(LaunchTest.config("instances: 2", ""));
        fault(Operation.BOOT, FaultKind.UNEXPECTED, 2);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        fault(Operation.DELETE, FaultKind.UNEXPECTED, 3);
        var next = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(next).equals("fulfilled"), Duration.ofSeconds(5));
        scenario.use(next);
        nothingLeft();
    }

    @Test
    @Behaviour("L82")
    void machineThatNeverComesUpFailsTheAttemptAndThenTheRequest() {
        scenario.launcher(LaunchTest.config("boot-seconds: 1000", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(50));
        assertThat(scenario.cloud.calls("create")).isEqualTo(1);
        scenario.passUntil(() -> scenario.state(request).equals("failed"), Duration.ofSeconds(90));
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        nothingLeft();
    }

    /** Python fails the request; here it is served again in the next session. */
    @Test
    @Behaviour({"L60", "L63"})
    void lostSessionGivesTheLaunchUpAndCleansItsRecord() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 4", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        var given = scenario.nodes().get(0).id();
        scenario.server.expire(launcher.tree);
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.request(request).nodes()).doesNotContain(given);
        scenario.passUntil(() -> !scenario.names(Layout.NODES).contains(given), LONG);
        assertThat(scenario.machines()).hasSize(1);
        assertThat(launcher.launcher.readiness().ready()).isTrue();
    }

    @Test
    @Behaviour("L11")
    void zonesThatChangedAreKnownAfterOneFailure() {
        scenario.cloud.zones("fake-one", List.of("gone"));
        scenario.launcher(LaunchTest.config("", ""));
        scenario.pass(Duration.ofSeconds(20));
        scenario.cloud.zones("fake-one", List.of("az2"));
        var first = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(first).equals("failed"), LONG);
        scenario.pass(Duration.ofSeconds(6));
        var second = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(second).equals("fulfilled"), Duration.ofSeconds(5));
        assertThat(scenario.node(scenario.request(second).nodes().get(0)).az()).isEqualTo("az2");
    }

    /** One of three nodes finds no room: the request moves as a whole, also when only the quota of three is there. */
    @ParameterizedTest
    @ValueSource(ints = {3, 20})
    void requestOfSeveralNodesMovesToAnotherZoneAsAWhole(int instances) {
        scenario.launcher(LaunchTest.config("instances: " + instances, ""));
        fault(Operation.CREATE, FaultKind.CAPACITY, 1);
        var request = scenario.ask("a", "b", "c");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.request(request).nodes().stream()
                        .map(id -> scenario.node(id).az())
                        .distinct())
                .hasSize(1);
        assertThat(scenario.request(request).declinedBy()).isEmpty();
        assertThat(scenario.cloud.mostInstances()).isLessThanOrEqualTo(instances);
    }

    @Test
    void requestOfSeveralNodesFailsWhenNoZoneHasRoom() {
        scenario.launcher(LaunchTest.config("", ""));
        fault(Operation.CREATE, FaultKind.CAPACITY, 1_000);
        var request = scenario.ask("a", "b");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        assertThat(scenario.cloud.calls("create")).isLessThanOrEqualTo(4);
        nothingLeft();
    }

    @Test
    @Behaviour("L33")
    void readyNodesWithoutLabelOrPoolStopNoLaunch() {
        scenario.launcher(LaunchTest.config("", ""));
        for (var missing : List.of("type", "pool", "provider", "resources")) {
            var fields = new HashMap<String, Object>(Map.of(
                    "state",
                    "ready",
                    "state_time",
                    scenario.time.instant().getEpochSecond(),
                    "type",
                    List.of("a"),
                    "pool",
                    "main",
                    "provider",
                    "elsewhere",
                    "resources",
                    Map.of("cores", 4)));
            fields.remove(missing);
            scenario.await(scenario.user.create(
                    Layout.NODES + "/", Json.write(new Document(fields)), Mode.PERSISTENT_SEQUENTIAL));
        }
        var fields = new HashMap<String, Object>(
                Map.of("state", "ready", "state_time", scenario.time.instant().getEpochSecond()));
        fields.put("provider", "fake-one");
        scenario.await(
                scenario.user.create(Layout.NODES + "/", Json.write(new Document(fields)), Mode.PERSISTENT_SEQUENTIAL));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(1);
    }

    @Test
    @Behaviour("L27")
    void providerWithoutTheImageLeavesTheStockToTheOther() {
        var yaml = """
                labels: [{name: built, min-ready: 2}]
                diskimages: [{name: debian}]
                providers:
                """;
        for (var name : List.of("one", "two")) {
            yaml += """
                      - name: %s
                        driver: fake
                        cloud: fake
                        diskimages: [{name: debian}]
                        pools:
                          - name: main
                            labels: [{name: built, diskimage: debian, min-ram: 8192}]
                    """.formatted(name);
        }
        scenario.launcher(yaml);
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
        upload("one", "failed", null);
        upload("two", "ready", "image");
        scenario.passUntil(
                () -> scenario.nodes().stream()
                                .filter(n -> n.state().text().equals("ready"))
                                .count()
                        == 2,
                LONG);
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.nodes()).hasSize(2).extracting(Node::provider).containsOnly("two");
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
    }

    private void upload(String provider, String state, String externalId) {
        var parent = Layout.IMAGES + "/debian/builds/0123/providers/" + provider + "/images";
        scenario.await(scenario.user.ensure(parent));
        var fields = new HashMap<String, Object>(Map.of("state", state, "state_time", 1000, "format", "qcow2"));
        fields.put("external_id", externalId);
        scenario.await(
                scenario.user.create(parent + "/", Json.write(new Document(fields)), Mode.PERSISTENT_SEQUENTIAL));
    }
}
