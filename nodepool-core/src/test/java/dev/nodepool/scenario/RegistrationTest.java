package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection breaks at every call of a start and comes back: everybody sees each pool once, and every process. */
class RegistrationTest {

    private static final List<String> REGISTRIES =
            List.of(Layout.LAUNCHERS, Layout.POOL_COMPONENTS, Layout.LAUNCHER_COMPONENTS, Layout.OUR_LAUNCHERS);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void registersOnceWhereverTheStartIsInterrupted(boolean before) {
        var calls = start(Integer.MAX_VALUE, before);
        assertThat(calls).isGreaterThan(15);
        for (var at = 1; at <= calls; at++) {
            start(at, before);
        }
    }

    private static int start(int breakAt, boolean before) {
        var scenario = new Scenario();
        var calls = new AtomicInteger();
        var launcher = scenario.launcher(LaunchTest.config("", ""), running -> {
            if (before) {
                running.probe.loseBefore(call -> isDue(scenario, running, calls, breakAt));
            } else {
                running.probe.loseAfter(call -> isDue(scenario, running, calls, breakAt));
            }
        });
        scenario.pass(Duration.ofSeconds(5));
        var made = calls.get();
        assertThat(REGISTRIES)
                .allSatisfy(root -> assertThat(scenario.names(root))
                        .describedAs("broken at call " + breakAt)
                        .hasSize(1));
        scenario.use(scenario.ask("a"));
        launcher.stop(Duration.ZERO);
        assertThat(REGISTRIES)
                .allSatisfy(root -> assertThat(scenario.names(root)).isEmpty());
        return made;
    }

    private static boolean isDue(Scenario scenario, Scenario.Running launcher, AtomicInteger calls, int breakAt) {
        if (calls.incrementAndGet() != breakAt) {
            return false;
        }
        scenario.turns.execute(() -> scenario.server.suspend(launcher.tree));
        scenario.time.after(Duration.ofSeconds(1), () -> scenario.server.resume(launcher.tree));
        return true;
    }
}
