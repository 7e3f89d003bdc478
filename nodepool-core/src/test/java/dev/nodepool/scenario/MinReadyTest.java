package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Ready nodes in stock: neither too few because of one launcher, nor too many because of several. */
class MinReadyTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static final Set<NodeState> ON_STOCK = EnumSet.of(NodeState.INIT, NodeState.BUILDING, NodeState.READY);

    private final Scenario scenario = new Scenario();

    private static String config(String provider, String cloud, int minReady, String offered) {
        return LaunchTest.config(cloud, "")
                .replace("fake-one", provider)
                .replace("labels: [{name: a}", "labels: [{name: a, min-ready: " + minReady + "}")
                .replace("- {name: a, cloud-image", "- {name: " + offered + ", cloud-image");
    }

    @Test
    void launcherWithoutThePoolDoesNotKeepOthersFromIt() {
        scenario.launcher(config("fake-one", "", 2, "b")
                .replace(
                        "          - {name: b, cloud-image: image, min-ram: 8192}\n          - {name: b,",
                        "          - {name: b,"));
        scenario.launcher(config("fake-two", "", 2, "a"));
        scenario.passUntil(() -> ready() == 2, LONG);
    }

    @Test
    void launcherWhoseProviderIsAwayDoesNotKeepOthersFromIt() {
        scenario.launcher(config("fake-one", "", 2, "a"));
        scenario.passUntil(() -> ready() == 2, LONG);
        scenario.cloud
                .cloud("fake-one")
                .faults()
                .add(new FaultRule(Operation.CREATE, FaultKind.UNAVAILABLE, new FaultRule.Times(1_000_000)));
        scenario.cloud
                .cloud("fake-one")
                .faults()
                .add(new FaultRule(Operation.LIST, FaultKind.UNAVAILABLE, new FaultRule.Times(1_000_000)));
        var request = scenario.ask("a", "a", "a");
        scenario.pass(Duration.ofSeconds(2));
        scenario.launcher(config("fake-two", "", 2, "a"));
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().stream()
                                .filter(n -> "fake-two".equals(n.provider()) && isReady(n))
                                .count()
                        > 0,
                LONG);
    }

    @Test
    void launcherAtItsQuotaLetsOthersLaunch() {
        scenario.launcher(config("fake-one", "instances: 1", 3, "a"));
        scenario.passUntil(() -> ready() == 1, LONG);
        scenario.pass(Duration.ofSeconds(30));
        scenario.launcher(config("fake-two", "", 3, "a"));
        scenario.passUntil(() -> ready() == 3, Duration.ofSeconds(5));
    }

    /** At every moment, and after a take-over at every moment of the leader. */
    @Test
    @Behaviour("L17")
    void neverMoreThanWantedWheneverTheLeaderDies() {
        var points = fill(Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(20);
        for (var point = 1; point <= points; point++) {
            fill(point);
        }
    }

    private static int fill(int killAt) {
        var scenario = new Scenario();
        var config = config("fake-one", "boot-seconds: 1", 3, "a");
        var leader = scenario.launcher(config.replace("min-ready: 3", "min-ready: 0"));
        scenario.launcher(config.replace("min-ready: 3", "min-ready: 0"));
        var passed = new AtomicInteger();
        leader.probe.onPoint(point -> {
            if (passed.incrementAndGet() == killAt) {
                leader.kill();
            }
        });
        leader.apply(config);
        watch(scenario, killAt, Duration.ofSeconds(3));
        var points = passed.get();
        var third = scenario.launcher(config);
        watch(scenario, killAt, Scenario.SESSION.plusSeconds(10));
        scenario.passUntil(() -> ready(scenario) == 3, LONG);
        watch(scenario, killAt, Duration.ofSeconds(5));
        assertThat(third.launcher.readiness().ready()).isTrue();
        return points;
    }

    private static void watch(Scenario scenario, int killAt, Duration duration) {
        var step = Duration.ofMillis(50);
        for (var left = duration; left.compareTo(Duration.ZERO) > 0; left = left.minus(step)) {
            scenario.pass(step);
            assertThat(scenario.nodes().stream()
                            .filter(n -> ON_STOCK.contains(n.state()))
                            .count())
                    .describedAs("killed at " + killAt + "\n" + scenario.describe())
                    .isLessThanOrEqualTo(3);
        }
    }

    private long ready() {
        return ready(scenario);
    }

    private static long ready(Scenario scenario) {
        return scenario.nodes().stream().filter(MinReadyTest::isReady).count();
    }

    private static boolean isReady(Node node) {
        return node.state() == NodeState.READY && node.allocatedTo().isEmpty();
    }
}
