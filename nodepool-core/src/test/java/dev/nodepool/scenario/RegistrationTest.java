package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.RegisteredPool;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection breaks at every call of a start and comes back: everybody sees each pool once, and every process. */
class RegistrationTest {

    private static final List<String> REGISTRIES =
            List.of(Layout.LAUNCHERS, Layout.POOL_COMPONENTS, Layout.LAUNCHER_COMPONENTS, Layout.OUR_LAUNCHERS);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Behaviour("Z40")
    void registersOnceWhereverTheStartIsInterrupted(boolean before) {
        var calls = start(Integer.MAX_VALUE, before);
        assertThat(calls).isGreaterThan(15);
        for (var at = 1; at <= calls; at++) {
            start(at, before);
        }
    }

    @Test
    @Behaviour({"Z39", "Z40"})
    void launcherIsListedOnceHoweverOftenItRegisters() {
        var scenario = new Scenario();
        var config = LaunchTest.config("", "");
        var launcher = scenario.launcher(config);
        scenario.pass(Duration.ofSeconds(1));
        var listed = scenario.names(Layout.LAUNCHERS);
        assertThat(listed).hasSize(1);
        assertThat(launcher.stores.registry().pools())
                .extracting(RegisteredPool::id)
                .containsExactlyElementsOf(listed);
        launcher.apply(config);
        scenario.server.suspend(launcher.tree);
        scenario.server.resume(launcher.tree);
        scenario.pass(Duration.ofSeconds(1));
        assertThat(scenario.names(Layout.LAUNCHERS)).isEqualTo(listed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Behaviour("Z78")
    void poolIsKnownToOthersForAsLongAsItsLauncherServesIt(boolean stopped) {
        var scenario = new Scenario();
        var watcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.pass(Duration.ofSeconds(1));
        var before = scenario.registered().keySet();
        var other = scenario.launcher(LaunchTest.config("", ""));
        scenario.pass(Duration.ofSeconds(1));
        var both = scenario.registered().keySet();
        assertThat(both).hasSize(2);
        assertThat(known(watcher)).isEqualTo(both);
        assertThat(scenario.names(Layout.POOL_COMPONENTS))
                .allSatisfy(name -> assertThat(scenario.await(scenario.user.get(Layout.POOL_COMPONENTS + "/" + name))
                                .stat()
                                .ephemeralOwner())
                        .isNotZero());
        if (stopped) {
            other.stop(Duration.ZERO);
        } else {
            other.kill();
        }
        scenario.passUntil(() -> known(watcher).equals(before), Duration.ofMinutes(1));
        assertThat(scenario.registered().keySet()).isEqualTo(before);
    }

    /** Those known from the newer registry, which alone tells what is a pool's own. */
    private static Set<String> known(Scenario.Running launcher) {
        return launcher.stores.registry().pools().stream()
                .filter(RegisteredPool::exact)
                .map(RegisteredPool::id)
                .collect(Collectors.toSet());
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
