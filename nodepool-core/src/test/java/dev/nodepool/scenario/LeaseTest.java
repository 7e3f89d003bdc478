package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The requestor's side inside the process: one request per wish, whatever gets lost. */
class LeaseTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    @Test
    void asksOnceThoughTheAnswerToItsRequestIsLost() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        var lost = new AtomicBoolean();
        launcher.probe.loseAfter(call -> createsRequest(call) && lost.compareAndSet(false, true) && cut(launcher));

        var lease = launcher.leases.request(List.of("a", "b"));
        scenario.passUntil(lease::isDone, LONG);
        scenario.pass(Duration.ofSeconds(20));

        assertThat(lost).isTrue();
        assertThat(lease.join().nodes()).hasSize(2);
        assertThat(scenario.cloud.calls("create")).isEqualTo(2);
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
    }

    @Test
    void leavesNoRequestBehindWhenItIsCancelledBeforeTheAnswerIsKnown() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 5", ""));
        var lost = new AtomicBoolean();
        launcher.probe.loseAfter(call -> createsRequest(call) && lost.compareAndSet(false, true) && cut(launcher));

        var lease = launcher.leases.request(List.of("a"));
        scenario.pass(Duration.ofMillis(500));
        lease.cancel(true);
        scenario.pass(Duration.ofSeconds(3));

        assertThat(lost).isTrue();
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leaseIsGrantedOnceAndNothingIsLeftWhereverTheConnectionBreaks(boolean before) {
        var calls = use(Integer.MAX_VALUE, before);
        assertThat(calls).isGreaterThan(20);
        for (var at = 1; at <= calls; at++) {
            try {
                use(at, before);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("broken at call " + at + " of " + calls, e);
            }
        }
    }

    private static int use(int breakAt, boolean before) {
        var scenario = new Scenario();
        var launcher = scenario.launcher(LaunchTest.config("instances: 3", ""));
        var calls = new AtomicInteger();
        if (before) {
            launcher.probe.loseBefore(call -> calls.incrementAndGet() == breakAt && cut(scenario, launcher));
        } else {
            launcher.probe.loseAfter(call -> calls.incrementAndGet() == breakAt && cut(scenario, launcher));
        }
        var lease = launcher.leases.request(List.of("a", "b", "c"));
        scenario.passUntil(lease::isDone, LONG);
        assertThat(lease.join().nodes()).hasSize(3);
        var begun = lease.join().inUse();
        scenario.passUntil(begun::isDone, LONG);
        lease.join().giveBack();
        scenario.passUntil(
                () -> scenario.nodes().isEmpty()
                        && scenario.machines().isEmpty()
                        && scenario.names(Layout.REQUESTS).isEmpty()
                        && scenario.names(Layout.REQUEST_LOCKS).isEmpty(),
                LONG);
        assertThat(scenario.cloud.mostInstances()).isLessThanOrEqualTo(3);
        return calls.get();
    }

    private static boolean createsRequest(MemoryTree.Call call) {
        return call.name().equals("create") && call.path().startsWith(Layout.REQUESTS + "/");
    }

    private boolean cut(Scenario.Running launcher) {
        return cut(scenario, launcher);
    }

    private static boolean cut(Scenario scenario, Scenario.Running launcher) {
        scenario.turns.execute(() -> scenario.server.suspend(launcher.tree));
        scenario.time.after(Duration.ofSeconds(1), () -> scenario.server.resume(launcher.tree));
        return true;
    }
}
