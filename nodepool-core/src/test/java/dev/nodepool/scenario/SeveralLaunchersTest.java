package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeveralLaunchersTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final Scenario scenario = new Scenario();

    @Test
    void twoOnOneProviderNeverOverbookIt() {
        var config = LaunchTest.config("instances: 5, boot-seconds: 1, delete-seconds: 0.3", "");
        scenario.launcher(config);
        scenario.launcher(config);
        var requests = IntStream.range(0, 12)
                .mapToObj(i -> i % 3 == 0 ? scenario.ask("a", "b", "c") : scenario.ask("a"))
                .toList();
        requests.forEach(scenario::use);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(5);
    }

    @Test
    void noMachineIsMadeForARequestThatCanNotHaveAllItsNodes() {
        var launcher = scenario.launcher(LaunchTest.config("instances: 3, boot-seconds: 1", ""));
        var intent = intentOfAnother();
        var written = new AtomicBoolean();
        launcher.probe.onPoint(point -> {
            // It decided to take the request when there was room enough.
            if (point.before() && point.call().contains("multi") && written.compareAndSet(false, true)) {
                scenario.user.create(Layout.NODES + "/", intent, Tree.Mode.PERSISTENT_SEQUENTIAL);
            }
        });
        var request = scenario.ask("a", "b", "c");
        scenario.pass(Duration.ofSeconds(3));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.cloud.calls("create")).isZero();
        assertThat(scenario.nodes()).hasSize(1);
        scenario.await(scenario.user.delete(Layout.node(scenario.nodes().get(0).id()), -1));
        scenario.use(request);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        assertThat(scenario.cloud.calls("create")).isEqualTo(3);
    }

    private byte[] intentOfAnother() {
        return Json.write(new Document(Map.of(
                "state", "init",
                "state_time", scenario.time.instant().getEpochSecond(),
                "provider", "fake-one",
                "pool", "main",
                "launcher", scenario.registered().keySet().iterator().next(),
                "type", List.of("a"),
                "resources", Map.of("instances", 1))));
    }

    @Test
    void survivorTakesOverTwentyRequestsThatADeadLauncherHadInHand() {
        var config = LaunchTest.config("instances: 80, cores: -1, boot-seconds: 3", "");
        var first = scenario.launcher(config);
        var requests = IntStream.range(0, 20)
                .mapToObj(i -> i % 4 == 0 ? scenario.ask("a", "b", "c") : scenario.ask("a"))
                .toList();
        scenario.pass(Duration.ofSeconds(1));
        assertThat(requests).allSatisfy(r -> assertThat(scenario.state(r)).isEqualTo("pending"));
        scenario.launcher(config);
        first.kill();
        scenario.passUntil(
                () -> requests.stream().allMatch(r -> scenario.state(r).equals("fulfilled")),
                Scenario.SESSION.plusSeconds(2 + 3));
        requests.forEach(scenario::use);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    void stoppedLauncherGivesItsRequestsBackAtOnce() {
        var config = LaunchTest.config("boot-seconds: 30", "");
        var first = scenario.launcher(config);
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        first.stop(Duration.ZERO);
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.names(Layout.LAUNCHERS)).isEmpty();
        scenario.launcher(config);
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    void drainingLauncherFinishesWhatItBegan() {
        var first = scenario.launcher(LaunchTest.config("boot-seconds: 10", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        first.stop(Duration.ofSeconds(30));
        assertThat(scenario.state(request)).isEqualTo("fulfilled");
    }

    @Test
    @Behaviour("L13")
    void requestFailsOnlyWhenEveryRegisteredLauncherHasDeclined() {
        scenario.await(scenario.user.ensure(Layout.LAUNCHERS));
        var foreign = Map.of("id", "foreign", "provider_name", "p", "supported_labels", List.of("zzz"));
        scenario.await(scenario.user.create(
                Layout.LAUNCHERS + "/foreign", Json.write(new Document(foreign)), Tree.Mode.EPHEMERAL));
        scenario.launcher(LaunchTest.config("", ""));
        var request = scenario.ask("zzz");
        scenario.pass(Duration.ofSeconds(2));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.request(request).declinedBy()).hasSize(1);
        scenario.await(scenario.user.delete(Layout.LAUNCHERS + "/foreign", -1));
        scenario.passUntil(() -> scenario.state(request).equals("failed"), Duration.ofSeconds(1));
    }

    @Test
    @Behaviour("L17")
    void twoKeepOneStockWithoutOvershooting() {
        var config = LaunchTest.config("instances: 30", "").replace("{name: a}", "{name: a, min-ready: 10}");
        scenario.launcher(config);
        var second = scenario.launcher(config);
        scenario.passUntil(() -> ready() == 10, LONG);
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.cloud.mostInstances()).isEqualTo(10);
        var request = scenario.ask("a", "a");
        scenario.use(request);
        scenario.passUntil(() -> ready() == 10 && scenario.nodes().size() == 10, LONG);
        second.kill();
        scenario.use(scenario.ask("a"));
        scenario.passUntil(() -> ready() == 10 && scenario.nodes().size() == 10, LONG);
    }

    private long ready() {
        return scenario.nodes().stream()
                .filter(n -> n.state().text().equals("ready"))
                .map(Node::allocatedTo)
                .filter(Optional::isEmpty)
                .count();
    }

    @Test
    void lostSessionGivesUpLaunchesAndServesAgain() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 4", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        scenario.server.expire(launcher.tree);
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
        assertThat(scenario.names(Layout.LAUNCHERS)).hasSize(1);
    }

    @Test
    void nothingIsDecidedWhileSuspendedAndEverythingAfterwards() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.server.suspend(launcher.tree);
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(3));
        assertThat(scenario.state(request)).isEqualTo("requested");
        scenario.server.resume(launcher.tree);
        scenario.use(request);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
    }

    @Test
    void oddRecordsStopNothing() {
        scenario.launcher(LaunchTest.config("", ""));
        var empty = scenario.write(new byte[0]);
        var noJson = scenario.write("{".getBytes());
        var unknownState = scenario.ask(Map.of("state", "dancing"), "a");
        var noLabels = scenario.ask();
        var unknownLabel = scenario.ask("zzz");
        scenario.await(scenario.user.create(Layout.REQUESTS + "/strange", new byte[0], Tree.Mode.PERSISTENT));
        scenario.await(scenario.user.create(Layout.NODES + "/strange", new byte[0], Tree.Mode.PERSISTENT));
        var good = scenario.ask("a");
        scenario.use(good);
        assertThat(scenario.state(noLabels)).isEqualTo("failed");
        assertThat(scenario.state(unknownLabel)).isEqualTo("failed");
        assertThat(scenario.state(unknownState)).isEqualTo("dancing");
        assertThat(scenario.names(Layout.REQUESTS)).contains(empty, noJson, "strange");
    }

    @Test
    void leaseSurvivesALostSessionBeforeItIsGranted() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 3", ""));
        var lease = launcher.leases.request(List.of("a", "b"));
        scenario.pass(Duration.ofSeconds(1));
        scenario.server.expire(launcher.tree);
        scenario.passUntil(lease::isDone, LONG);
        assertThat(lease.join().nodes()).hasSize(2);
        lease.join().giveBack();
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    void cancelledLeaseWithdrawsItsRequest() {
        var launcher = scenario.launcher(LaunchTest.config("instances: 1, boot-seconds: 5", ""));
        var lease = launcher.leases.request(List.of("a"));
        scenario.pass(Duration.ofSeconds(1));
        assertThat(scenario.names(Layout.REQUESTS)).hasSize(1);
        lease.cancel(true);
        scenario.pass(Duration.ofSeconds(1));
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
    }
}
