package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A launcher dies before and after every single call it makes for a request; another one takes over. The points come from
 * the run itself, so a new call is covered by being made.
 */
class KillPointsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String CONFIG = LaunchTest.config("instances: 4", "");

    @Test
    void nothingIsLostNorLeftWhereverALauncherDies() {
        var points = run(Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(30);
        for (var point = 1; point <= points; point++) {
            try {
                run(point);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("killed at point " + point + " of " + points, e);
            }
        }
        System.out.println("kill points of a request's life: " + points);
    }

    /** One life of a two-node request. The launcher dies at a point; the answer is how many it passed. */
    private static int run(int killAt) {
        var scenario = new Scenario();
        var first = scenario.launcher(CONFIG);
        var passed = new AtomicInteger();
        first.probe.onPoint(point -> {
            if (passed.incrementAndGet() == killAt) {
                first.kill();
            }
        });
        var request = scenario.ask("a", "b");
        scenario.pass(Duration.ofSeconds(2));
        if (passed.get() < killAt && scenario.state(request).equals("fulfilled")) {
            scenario.giveBack(scenario.accept(request));
            scenario.pass(Duration.ofSeconds(2));
        }
        var died = passed.get() >= killAt;
        if (died) {
            scenario.launcher(CONFIG);
            if (scenario.names(Layout.REQUESTS).contains(request)) {
                scenario.use(request);
            }
        }
        scenario.passUntil(
                () -> scenario.nodes().isEmpty()
                        && scenario.machines().isEmpty()
                        && scenario.names(Layout.REQUEST_LOCKS).isEmpty(),
                LONG);
        assertThat(scenario.cloud.mostInstances()).isLessThanOrEqualTo(4);
        return passed.get();
    }
}
