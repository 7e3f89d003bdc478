package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nodepool.internal.keyscan.Endpoint;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.LogCapture;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyScanTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    /** Labels by connection type, and two that do not want a scan. */
    private static String config(String pool) {
        return """
                labels: [{name: ssh}, {name: network}, {name: windows}, {name: unchecked}]
                providers:
                  - name: fake-one
                    cloud: fake
                    fake-cloud: {address: 192.0.2.7}
                    launch-retries: 2
                    boot-timeout: 45
                    cloud-images:
                      - {name: linux, username: ci, connection-port: 2222}
                      - {name: switch, username: ci, connection-type: network_cli}
                      - {name: windows, username: ci, connection-type: winrm}
                    pools:
                      - name: main
                %s
                        labels:
                          - {name: ssh, cloud-image: linux, min-ram: 8192, console-log: true}
                          - {name: network, cloud-image: switch, min-ram: 8192}
                          - {name: windows, cloud-image: windows, min-ram: 8192}
                          - {name: unchecked, cloud-image: linux, min-ram: 8192, host-key-checking: false}
                """.formatted(pool.indent(8));
    }

    private Node fulfilled(String request) {
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        return scenario.node(scenario.request(request).nodes().get(0));
    }

    @ParameterizedTest
    @CsvSource({"ssh, 2222", "network, 22"})
    @Behaviour("L15")
    void machineIsScannedBeforeItsNodeIsReady(String label, int port) {
        scenario.launcher(config(""));
        var node = fulfilled(scenario.ask(label));
        assertThat(node.hostKeys()).isEqualTo(Scans.KEYS);
        assertThat(scenario.scans.all())
                .extracting(Scans.Scan::endpoint, Scans.Scan::limit)
                .containsExactly(tuple(new Endpoint("192.0.2.7", port, true), Duration.ofSeconds(45)));
    }

    @Test
    @Behaviour("L49")
    void windowsMachineIsContactedAndHasNoKeys() {
        scenario.launcher(config(""));
        var node = fulfilled(scenario.ask("windows"));
        assertThat(node.hostKeys()).isEmpty();
        assertThat(node.doc().get("connection_port")).isEqualTo(5986);
        assertThat(scenario.scans.all())
                .extracting(Scans.Scan::endpoint)
                .containsExactly(new Endpoint("192.0.2.7", 5986, false));
    }

    @ParameterizedTest
    @CsvSource({"unchecked, ''", "ssh, host-key-checking: false"})
    @Behaviour("L16")
    void uncheckedMachineIsNotContactedAndHasNoKeys(String label, String pool) {
        scenario.launcher(config(pool));
        var node = fulfilled(scenario.ask(label));
        assertThat(node.hostKeys()).isEmpty();
        assertThat(scenario.scans.all()).isEmpty();
    }

    @Test
    void nodeShowsItsAddressWhileItIsScanned() {
        scenario.launcher(config(""));
        scenario.scans.silence();
        scenario.ask("ssh");
        scenario.passUntil(() -> !scenario.scans.all().isEmpty(), LONG);
        scenario.turns.run();
        var node = scenario.nodes().get(0);
        assertThat(node.state().text()).isEqualTo("building");
        assertThat(node.address()).isEqualTo("192.0.2.7");
    }

    @Test
    @Behaviour("L85")
    void failedScanUsesAnAttemptAndAnotherMachine() {
        scenario.launcher(config(""));
        scenario.scans.failNext(1);
        var node = fulfilled(scenario.ask("network"));
        assertThat(node.hostKeys()).isEqualTo(Scans.KEYS);
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(1);
        assertThat(scenario.machines()).extracting(m -> m.id().json()).containsExactly(node.externalId());
        assertThat(scenario.cloud.calls("console")).isZero();
    }

    @Test
    @Behaviour("L86")
    void scansThatKeepFailingUseUpTheAttemptsAndFailTheRequest() {
        scenario.launcher(config(""));
        scenario.scans.failNext(2);
        var request = scenario.ask("network");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
        assertThat(scenario.scans.all()).hasSize(2);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    @Behaviour("L87")
    void consoleIsLoggedLineByLineAfterEachFailedScan() {
        try (var log = new LogCapture("dev.nodepool.internal.launch.MachineCheck")) {
            scenario.launcher(config(""));
            scenario.scans.failNext(2);
            var request = scenario.ask("ssh");
            scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
            assertThat(scenario.cloud.calls("console")).isEqualTo(2);
            assertThat(log.lines()).hasSize(4);
            assertThat(log.lines().get(0)).startsWith("INFO Console of node 0000000000: console of the fake instance ");
            assertThat(log.lines().get(1)).isEqualTo("INFO Console of node 0000000000: login:?[2J");
            assertThat(log.lines().get(2)).isNotEqualTo(log.lines().get(0));
        }
    }

    @Test
    void nodesOfARequestThatIsWithdrawnDuringTheScanAreKeptForOthers() {
        scenario.launcher(config(""));
        scenario.scans.silence();
        var request = scenario.ask("ssh");
        scenario.passUntil(() -> !scenario.scans.all().isEmpty(), LONG);
        scenario.await(scenario.user.delete(Layout.request(request), -1));
        scenario.pass(Duration.ofSeconds(5));
        scenario.scans.all().get(0).answer().complete(Scans.KEYS);
        scenario.passUntil(
                () -> scenario.nodes().stream()
                        .anyMatch(n -> n.state().text().equals("ready")
                                && n.allocatedTo().isEmpty()),
                LONG);
        assertThat(fulfilled(scenario.ask("ssh")).hostKeys()).isEqualTo(Scans.KEYS);
        assertThat(scenario.cloud.calls("create")).isEqualTo(1);
    }

    @Test
    void stoppingEndsTheScanAndLeavesTheMachineToTheNextLauncher() {
        var first = scenario.launcher(config(""));
        scenario.scans.silence();
        var request = scenario.ask("ssh");
        scenario.passUntil(() -> !scenario.scans.all().isEmpty(), LONG);
        first.stop(Duration.ofSeconds(3));
        assertThat(scenario.scans.all().get(0).answer()).isCancelled();
        assertThat(scenario.nodes()).extracting(n -> n.state().text()).containsExactly("aborted");
        assertThat(scenario.state(request)).isEqualTo("requested");
        scenario.launcher(config(""));
        scenario.passUntil(() -> scenario.scans.all().size() == 2, LONG);
        scenario.scans.all().get(1).answer().complete(Scans.KEYS);
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    void lostSessionEndsTheScanAndTheMachineIsReplaced() {
        var launcher = scenario.launcher(config(""));
        scenario.scans.silence();
        var request = scenario.ask("ssh");
        scenario.passUntil(() -> !scenario.scans.all().isEmpty(), LONG);
        scenario.server.expire(launcher.tree);
        scenario.passUntil(() -> scenario.scans.all().size() == 2, LONG);
        assertThat(scenario.scans.all().get(0).answer()).isCancelled();
        scenario.scans.all().get(1).answer().complete(Scans.KEYS);
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
    }

    @Test
    void scanThatEndsWithinTheDrainTimeFulfilsTheRequest() {
        var first = scenario.launcher(config(""));
        scenario.scans.silence();
        var request = scenario.ask("ssh");
        scenario.passUntil(() -> !scenario.scans.all().isEmpty(), LONG);
        var stopped = first.launcher.stop(Duration.ofSeconds(30));
        scenario.pass(Duration.ofSeconds(10));
        scenario.scans.all().get(0).answer().complete(Scans.KEYS);
        scenario.passUntil(stopped::isDone, Duration.ofSeconds(10));
        assertThat(scenario.state(request)).isEqualTo("fulfilled");
    }

    @Test
    void nothingIsLostNorLeftWhereverALauncherDiesAroundAScan() {
        var points = life(Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(20);
        for (var point = 1; point <= points; point++) {
            try {
                life(point);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("killed at point " + point + " of " + points, e);
            }
        }
    }

    /** One node whose first scan fails; the launcher dies at a point; the answer is how many it passed. */
    private static int life(int killAt) {
        var scenario = new Scenario();
        scenario.scans.failNext(1);
        var first = scenario.launcher(config(""));
        var passed = new AtomicInteger();
        first.probe.onPoint(point -> {
            if (passed.incrementAndGet() == killAt) {
                first.kill();
            }
        });
        var request = scenario.ask("ssh");
        scenario.pass(Duration.ofSeconds(2));
        if (passed.get() < killAt && scenario.state(request).equals("fulfilled")) {
            scenario.giveBack(scenario.accept(request));
            scenario.pass(Duration.ofSeconds(2));
        }
        if (passed.get() >= killAt) {
            scenario.launcher(config(""));
            if (scenario.names(Layout.REQUESTS).contains(request)) {
                scenario.use(request);
            }
        }
        scenario.passUntil(
                () -> scenario.nodes().isEmpty()
                        && scenario.machines().isEmpty()
                        && scenario.names(Layout.REQUEST_LOCKS).isEmpty(),
                LONG);
        assertThat(scenario.cloud.mostInstances()).isEqualTo(1);
        return passed.get();
    }
}
