package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.DrainOrders;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Node;
import dev.nodepool.view.DrainView;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An operator's order that a provider or pool takes nothing new. */
class DrainTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Scenario scenario = new Scenario();

    private void drain(@Nullable String pool, boolean readyNodesToo) {
        scenario.await(DrainOrders.give(scenario.user, "fake-one", pool, "here", 5.5, readyNodesToo));
        scenario.pass(Duration.ofMillis(200));
    }

    private void undo(@Nullable String pool) {
        scenario.await(DrainOrders.takeBack(scenario.user, "fake-one", pool));
        scenario.pass(Duration.ofMillis(200));
    }

    @Test
    void drainedProviderTakesNothingNewUntilTheOrderIsTakenBack() {
        var launcher = scenario.launcher(LaunchTest.config("boot-seconds: 5", ""));
        var before = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(before).equals("pending"), LONG);
        drain(null, false);
        var after = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(before).equals("fulfilled"), LONG);
        scenario.pass(Duration.ofMinutes(10));
        assertThat(scenario.state(after)).isEqualTo("requested");
        assertThat(scenario.await(launcher.launcher.reasons(after)).values())
                .extracting(Reason::code)
                .containsOnly(Reason.Code.DRAINED);
        assertThat(launcher.launcher.readiness().remarks())
                .anySatisfy(remark -> assertThat(remark)
                        .isEqualTo("fake-one takes nothing new: drained since 1970-01-01T00:00:05Z on here"));
        undo(null);
        scenario.passUntil(() -> scenario.state(after).equals("fulfilled"), LONG);
        assertThat(launcher.launcher.readiness().remarks()).isEmpty();
    }

    @Test
    void launcherThatStartsLaterObeysToo() {
        drain("main", false);
        scenario.launcher(LaunchTest.config("", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.machines()).isEmpty();
    }

    @Test
    void drainOfAnotherPoolIsNoConcern() {
        scenario.launcher(LaunchTest.config("", ""));
        drain("other", false);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
    }

    @Test
    void readyNodesGoOnlyWhenThatIsOrderedAndAreNotMadeAgain() {
        var config = LaunchTest.config("boot-seconds: 1", "").replace("{name: a}", "{name: a, min-ready: 2}");
        assertThat(config).contains("min-ready");
        scenario.launcher(config);
        scenario.passUntil(() -> ready() == 2, LONG);
        drain(null, false);
        scenario.pass(Duration.ofSeconds(30));
        assertThat(ready()).isEqualTo(2);
        drain(null, true);
        scenario.passUntil(
                () -> scenario.nodes().isEmpty() && scenario.machines().isEmpty(), LONG);
        scenario.pass(Duration.ofMinutes(3));
        assertThat(scenario.machines()).isEmpty();
        undo(null);
        scenario.passUntil(() -> ready() == 2, LONG);
    }

    private long ready() {
        return scenario.nodes().stream()
                .filter(node -> node.state().text().equals("ready"))
                .count();
    }

    @Test
    void drainedPoolDeclinesWhatItCouldNotServeAnyhow() {
        scenario.launcher(LaunchTest.config("", ""));
        drain(null, false);
        var request = scenario.ask("nonsense");
        scenario.passUntil(() -> scenario.state(request).equals("failed"), LONG);
    }

    @Test
    void poolThatDeclinedStillTellsWhyWhileAnotherLeavesTheRequest() {
        var launcher = scenario.launcher(LaunchTest.config("", "") + """
                  - name: fake-two
                    cloud: two
                    cloud-images: [{name: image}]
                    pools: [{name: main, max-servers: 1, labels: [{name: a, cloud-image: image, min-ram: 8192}]}]
                """);
        drain(null, false);
        var request = scenario.ask("a", "a");
        scenario.pass(Duration.ofMinutes(1));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.await(launcher.launcher.reasons(request)).values())
                .extracting(Reason::code)
                .containsExactlyInAnyOrder(Reason.Code.DRAINED, Reason.Code.TOO_BIG);
    }

    @Test
    void nodesInUseStay() {
        scenario.launcher(LaunchTest.config("", ""));
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        scenario.accept(request);
        drain(null, true);
        scenario.pass(Duration.ofMinutes(1));
        assertThat(scenario.nodes()).extracting(Node::provider).containsExactly("fake-one");
    }

    @Test
    void ordersAboutAProviderAndItsPoolsAreIndependent() {
        assertThat(orders()).isEmpty();
        undo(null);
        undo("main");
        drain("main", true);
        assertThat(orders()).containsExactly(order("main", true));
        drain(null, false);
        assertThat(orders()).containsExactly(order(null, false), order("main", true));
        drain("main", false);
        undo(null);
        assertThat(orders()).containsExactly(order("main", false));
        undo("main");
        undo(null);
        assertThat(orders()).isEmpty();
        assertThat(scenario.await(scenario.user.children(Layout.DRAINS))).isEmpty();
    }

    private List<DrainView> orders() {
        return scenario.await(DrainOrders.all(scenario.user));
    }

    private static DrainView order(@Nullable String pool, boolean readyNodesToo) {
        return new DrainView("fake-one", pool, Instant.ofEpochMilli(5500), "here", readyNodesToo);
    }
}
