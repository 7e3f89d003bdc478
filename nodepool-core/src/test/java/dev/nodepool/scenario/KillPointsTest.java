package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Node;
import dev.nodepool.model.NodeState;
import dev.nodepool.testing.Proof;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A launcher dies before and after every single call it makes for a request; another one takes over. The points come from
 * the run itself, so a new call is covered by being made.
 */
class KillPointsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String CONFIG = LaunchTest.config("instances: 4", "");

    @ParameterizedTest
    @EnumSource(Life.class)
    void nothingIsLostNorLeftWhereverALauncherDies(Life life) {
        var points = serve(life, Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(10);
        for (var point = 1; point <= points; point++) {
            try {
                serve(life, point);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("killed at point " + point + " of " + points, e);
            }
        }
        Proof.note(
                "Kill points of a request's life, "
                        + life.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                points);
    }

    /** One life of a request. The launcher dies at a point; the answer is how many it passed. */
    private static int serve(Life life, int killAt) {
        var scenario = new Scenario();
        var first = scenario.launcher(CONFIG);
        life.prepare(scenario);
        var passed = killAt(first, killAt);
        var request = life.ask(scenario);
        scenario.pass(Duration.ofSeconds(2));
        if (passed.get() < killAt && scenario.state(request).equals("fulfilled")) {
            scenario.giveBack(scenario.accept(request));
            scenario.pass(Duration.ofSeconds(2));
        }
        if (passed.get() >= killAt) {
            scenario.launcher(CONFIG);
            if (scenario.names(Layout.REQUESTS).contains(request)) {
                scenario.use(request);
            }
        } else if (scenario.names(Layout.REQUESTS).contains(request)) {
            scenario.use(request);
        }
        scenario.passUntil(() -> nothingButStock(scenario, life.leftInStock()), LONG);
        assertThat(scenario.cloud.mostInstances()).isLessThanOrEqualTo(4);
        return passed.get();
    }

    private static AtomicInteger killAt(Scenario.Running launcher, int point) {
        var passed = new AtomicInteger();
        launcher.probe.onPoint(x -> {
            if (passed.incrementAndGet() == point) {
                launcher.kill();
            }
        });
        return passed;
    }

    /** Every machine has its record, every record is free, and there are no more than were in stock before. */
    private static boolean nothingButStock(Scenario scenario, int most) {
        var nodes = scenario.nodes();
        return nodes.size() <= most
                && nodes.stream().allMatch(KillPointsTest::free)
                && scenario.machines().size() == nodes.size()
                && scenario.names(Layout.REQUEST_LOCKS).isEmpty();
    }

    private static boolean free(Node node) {
        return node.state() == NodeState.READY && node.allocatedTo().isEmpty();
    }

    /** With the process its request goes too; what was launched for it is stock, and no more than that. */
    @Test
    void nodesOfALeaseAreFreeOrGoneWhereverItsProcessDies() {
        var points = lease(Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(30);
        for (var point = 1; point <= points; point++) {
            try {
                lease(point);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("killed at point " + point + " of " + points, e);
            }
        }
        Proof.note("Kill points of a lease", points);
    }

    private static int lease(int killAt) {
        var scenario = new Scenario();
        var first = scenario.launcher(CONFIG);
        var passed = killAt(first, killAt);
        var lease = first.leases.request(List.of("a", "b", "c"));
        scenario.pass(Duration.ofSeconds(2));
        if (lease.isDone()) {
            lease.join().inUse();
            scenario.pass(Duration.ofSeconds(1));
            lease.join().giveBack();
            scenario.pass(Duration.ofSeconds(2));
        }
        scenario.launcher(CONFIG);
        scenario.pass(Scenario.SESSION);
        scenario.passUntil(() -> scenario.names(Layout.REQUESTS).isEmpty() && nothingButStock(scenario, 3), LONG);
        return passed.get();
    }
}
