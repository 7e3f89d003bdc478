package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connection to ZooKeeper breaks at every single call of a request's life, once before the call took effect and once
 * after, and comes back in the same session or in a new one.
 */
class LostAnswersTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String CONFIG = LaunchTest.config("instances: 4", "");

    enum Break {
        BEFORE_SAME_SESSION,
        AFTER_SAME_SESSION,
        BEFORE_NEW_SESSION,
        AFTER_NEW_SESSION;

        boolean before() {
            return this == BEFORE_SAME_SESSION || this == BEFORE_NEW_SESSION;
        }

        boolean newSession() {
            return this == BEFORE_NEW_SESSION || this == AFTER_NEW_SESSION;
        }
    }

    static Stream<Arguments> lives() {
        return Stream.of(Break.values()).flatMap(how -> Stream.of(Life.values()).map(life -> Arguments.of(how, life)));
    }

    @ParameterizedTest
    @MethodSource("lives")
    void requestIsServedOnceAndNothingIsLeftWhereverTheConnectionBreaks(Break how, Life life) {
        var calls = run(Integer.MAX_VALUE, how, life);
        assertThat(calls).isGreaterThan(4);
        for (var at = 1; at <= calls; at++) {
            try {
                run(at, how, life);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("broken " + how + " at call " + at + " of " + calls, e);
            }
        }
    }

    private static int run(int breakAt, Break how, Life life) {
        var scenario = new Scenario();
        var launcher = scenario.launcher(CONFIG);
        life.prepare(scenario);
        var calls = new AtomicInteger();
        Predicate<MemoryTree.Call> loses = call -> {
            if (calls.incrementAndGet() != breakAt) {
                return false;
            }
            scenario.turns.execute(() -> cut(scenario, launcher, how));
            return true;
        };
        if (how.before()) {
            launcher.probe.loseBefore(loses);
        } else {
            launcher.probe.loseAfter(loses);
        }
        var request = life.ask(scenario);
        scenario.use(request);
        scenario.passUntil(
                () -> scenario.nodes().size() <= life.leftInStock()
                        && scenario.nodes().stream()
                                .allMatch(n -> n.allocatedTo().isEmpty())
                        && scenario.machines().size() == scenario.nodes().size()
                        && scenario.names(Layout.REQUEST_LOCKS).isEmpty(),
                LONG);
        assertThat(scenario.cloud.mostInstances()).isLessThanOrEqualTo(4);
        assertThat(scenario.names(Layout.LAUNCHERS)).hasSize(1);
        return calls.get();
    }

    private static void cut(Scenario scenario, Scenario.Running launcher, Break how) {
        scenario.server.suspend(launcher.tree);
        if (how.newSession()) {
            scenario.time.after(Duration.ofMillis(500), () -> scenario.server.expire(launcher.tree));
        }
        scenario.time.after(Duration.ofSeconds(1), () -> scenario.server.resume(launcher.tree));
    }
}
