package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What waits, waits in silence: neither ZooKeeper nor the cloud is asked again and again. */
class PausesTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();

    @Test
    void requestWaitingForQuotaWritesNothingAndAsksTheCloudNothing() {
        var launcher = scenario.launcher(LaunchTest.config("instances: 1", ""));
        var first = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(first).equals("fulfilled"), LONG);
        var waiting = scenario.ask("b");
        scenario.accept(first);
        scenario.pass(Duration.ofSeconds(5));
        launcher.probe.forget();
        var calls = scenario.cloud.calls("create") + scenario.cloud.calls("delete") + scenario.cloud.calls("list");

        scenario.pass(Duration.ofSeconds(50));

        assertThat(scenario.state(waiting)).isEqualTo("requested");
        assertThat(launcher.probe.writes()).isEmpty();
        assertThat(scenario.cloud.calls("create") + scenario.cloud.calls("delete") + scenario.cloud.calls("list"))
                .isEqualTo(calls);
    }

    @Test
    void cloudThatRefusesForItsQuotaIsAskedAgainWithGrowingPauses() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.cloud
                .cloud("fake-one")
                .faults()
                .add(new FaultRule(Operation.CREATE, FaultKind.QUOTA, new FaultRule.Times(1_000)));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(120));

        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.cloud.calls("create")).isBetween(4, 9);
        assertThat(launcher.probe.writes()).hasSizeLessThan(150);
    }

    @Test
    void requestThatCanNotBeClaimedIsTriedNowAndThen() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        var root = Layout.REQUEST_LOCKS;
        scenario.await(scenario.user.delete(root, -1));
        launcher.probe.forget();
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(60));
        assertThat(launcher.probe.writes()).hasSizeBetween(4, 60);
        assertThat(scenario.await(launcher.launcher.reasons(request)).values())
                .extracting(Reason::code)
                .containsExactly(Reason.Code.GIVEN_BACK);
        scenario.await(scenario.user.ensure(root));
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), Duration.ofSeconds(40));
    }

    @Test
    void requestThatCanNotBeDeclinedIsTriedNowAndThen() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        var root = Layout.REQUEST_LOCKS;
        scenario.await(scenario.user.delete(root, -1));
        launcher.probe.forget();
        var request = scenario.ask("zzz");
        scenario.pass(Duration.ofSeconds(60));
        assertThat(launcher.probe.writes()).hasSizeBetween(4, 60);
        scenario.await(scenario.user.ensure(root));
        scenario.passUntil(() -> scenario.state(request).equals("failed"), Duration.ofSeconds(40));
    }

    @Test
    void recordWhoseCreationWasNotAnsweredIsUsed() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        var lost = new AtomicBoolean();
        launcher.probe.loseAfter(call -> createsNode(call) && lost.compareAndSet(false, true) && cut(launcher, false));
        launcher.probe.forget();
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), Duration.ofSeconds(4));
        assertThat(lost).isTrue();
        assertThat(scenario.names(Layout.NODES))
                .containsExactlyElementsOf(scenario.request(request).nodes());
        assertThat(launcher.probe.calls().stream().filter(PausesTest::createsNode))
                .hasSize(1);
    }

    @Test
    void recordWhoseCreationWasNotAnsweredGoesWithTheSession() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 8", ""));
        var lost = new AtomicBoolean();
        launcher.probe.loseAfter(call -> createsNode(call) && lost.compareAndSet(false, true) && cut(launcher, true));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(4));
        assertThat(lost).isTrue();
        assertThat(scenario.names(Layout.NODES)).hasSize(1);
        scenario.use(request);
    }

    private static boolean createsNode(MemoryTree.Call call) {
        return call.name().equals("create") && call.path().startsWith(Layout.NODES + "/");
    }

    private boolean cut(Scenario.Running launcher, boolean expire) {
        scenario.turns.execute(() -> scenario.server.suspend(launcher.tree));
        if (expire) {
            scenario.time.after(Duration.ofMillis(500), () -> scenario.server.expire(launcher.tree));
        }
        scenario.time.after(Duration.ofSeconds(1), () -> scenario.server.resume(launcher.tree));
        return true;
    }
}
