package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.drivers.fake.FaultKind;
import dev.nodepool.drivers.fake.FaultRule;
import dev.nodepool.drivers.fake.Operation;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Op;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.view.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which pool of which launcher serves a request, and in which order. */
class ChoosingTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofSeconds(3);

    private final Scenario scenario = new Scenario();

    private static Clouds two() {
        return new Clouds()
                .labels("a", "b")
                .provider("one", "")
                .pool("main", "", "a")
                .provider("two", "")
                .pool("main", "", "a", "b");
    }

    private Node nodeOf(String request) {
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), SOON);
        return scenario.node(scenario.request(request).nodes().get(0));
    }

    @Test
    @Behaviour("L18")
    void requestThatNamesAProviderIsServedByIt() {
        scenario.launcher(two().yaml());
        assertThat(nodeOf(scenario.ask(Map.of("provider", "two"), "a")).provider())
                .isEqualTo("two");
        assertThat(nodeOf(scenario.ask(Map.of("provider", "one"), "a")).provider())
                .isEqualTo("one");
    }

    @Test
    @Behaviour("L19")
    void requestThatNamesAProviderNobodyHasIsServedByAnother() {
        scenario.launcher(two().yaml());
        assertThat(nodeOf(scenario.ask(Map.of("provider", "nowhere"), "a")).provider())
                .isIn("one", "two");
    }

    @Test
    @Behaviour("L84")
    void requestThatNamesAProviderWithoutTheLabelIsServedByAnother() {
        scenario.launcher(two().yaml());
        assertThat(nodeOf(scenario.ask(Map.of("provider", "one"), "b")).provider())
                .isEqualTo("two");
    }

    @Test
    void requestIsLeftToItsPreferredProviderForALimitedTime() {
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("one", "instances: 1")
                .pool("main", "", "a")
                .provider("two", "")
                .pool("main", "", "a")
                .yaml());
        nodeOf(scenario.ask(Map.of("provider", "one"), "a"));
        var second = scenario.ask(Map.of("provider", "one"), "a");
        scenario.pass(Duration.ofMinutes(4));
        assertThat(scenario.state(second)).isEqualTo("requested");
        scenario.passUntil(() -> scenario.state(second).equals("fulfilled"), Duration.ofMinutes(2));
        assertThat(nodeOf(second).provider()).isEqualTo("two");
    }

    @Test
    @Behaviour("L45")
    void onlyTheProviderThatListsALabelServesIt() {
        scenario.launcher(two().yaml());
        for (var i = 0; i < 3; i++) {
            assertThat(nodeOf(scenario.ask("b")).provider()).isEqualTo("two");
        }
    }

    @Test
    @Behaviour({"L28", "L48"})
    void poolsOfOneProviderServeTheirOwnLabelsInTheirOwnZones() {
        scenario.launcher(new Clouds()
                .labels("a", "b")
                .provider("one", "")
                .pool("first", "availability-zones: [az1]", "a")
                .pool("second", "availability-zones: [az2]", "b")
                .yaml());
        for (var i = 0; i < 3; i++) {
            var a = nodeOf(scenario.ask("a"));
            assertThat(List.of(String.valueOf(a.pool()), String.valueOf(a.az())))
                    .containsExactly("first", "az1");
            var b = nodeOf(scenario.ask("b"));
            assertThat(List.of(String.valueOf(b.pool()), String.valueOf(b.az())))
                    .containsExactly("second", "az2");
        }
    }

    @Test
    void allNodesOfARequestAreInOneZoneAlsoBesideReadyOnes() {
        scenario.launcher(LaunchTest.config("", ""));
        for (var i = 0; i < 6; i++) {
            var request = scenario.ask("a", "b", "c", "a");
            scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
            assertThat(scenario.request(request).nodes().stream()
                            .map(id -> scenario.node(id).az())
                            .distinct())
                    .hasSize(1);
            scenario.await(scenario.user.delete(Layout.request(request), -1));
            scenario.pass(Duration.ofMillis(100));
            scenario.use(scenario.ask("b"));
        }
    }

    @Test
    @Behaviour("L67")
    void lowerRelativePriorityIsServedFirstInSpiteOfAHigherId() {
        scenario.launcher(LaunchTest.config("instances: 1", ""));
        var running = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(running).equals("fulfilled"), LONG);
        var low = scenario.ask(Map.of("relative_priority", 1), "a");
        var high = scenario.ask(Map.of("relative_priority", 0), "a");
        scenario.use(running);
        scenario.passUntil(() -> scenario.state(high).equals("fulfilled"), LONG);
        assertThat(scenario.state(low)).isEqualTo("requested");
        scenario.use(high);
        scenario.passUntil(() -> scenario.state(low).equals("fulfilled"), LONG);
    }

    @Test
    @Behaviour("L91")
    void requestsThatCanBeServedAreTakenBeforeOthersAreDeclined() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.server.suspend(launcher.tree);
        var declined = scenario.ask(Map.of("relative_priority", 0), "zzz");
        var served = scenario.ask(Map.of("relative_priority", 5), "a");
        launcher.probe.forget();
        scenario.server.resume(launcher.tree);
        scenario.passUntil(() -> scenario.state(served).equals("fulfilled"), LONG);
        scenario.passUntil(() -> scenario.state(declined).equals("failed"), LONG);
        var order = launcher.probe.writes().stream()
                .map(MemoryTree.Call::operations)
                .flatMap(List::stream)
                .filter(op -> op instanceof Op.Set && op.path().startsWith(Layout.REQUESTS + "/"))
                .map(Op::path)
                .distinct()
                .toList();
        assertThat(order).containsExactly(Layout.request(served), Layout.request(declined));
    }

    @Test
    @Behaviour("L92")
    void betterPriorityServesFirstAndGivesWayWhilePaused() {
        var labels = new Clouds().labels("a");
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("good", "")
                .pool("main", "priority: 1; max-servers: 1", "a")
                .yaml());
        scenario.launcher(labels.provider("other", "").pool("main", "", "a").yaml());
        var first = scenario.ask("a");
        assertThat(nodeOf(first).provider()).isEqualTo("good");
        var second = scenario.ask("a");
        assertThat(nodeOf(second).provider()).isEqualTo("other");
        assertThat(paused("good")).isFalse();
        scenario.use(first);
        scenario.passUntil(() -> scenario.nodes().size() == 1, LONG);
        assertThat(nodeOf(scenario.ask("a")).provider()).isEqualTo("good");
    }

    @Test
    void poolIsShownAsPausedAsLongAsARequestWaitsForItsQuota() {
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("one", "instances: 1")
                .pool("main", "", "a")
                .yaml());
        var first = scenario.ask("a");
        nodeOf(first);
        assertThat(paused("one")).isFalse();
        var second = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        assertThat(paused("one")).isTrue();
        scenario.use(first);
        scenario.passUntil(() -> scenario.state(second).equals("fulfilled"), LONG);
        scenario.pass(Duration.ofSeconds(1));
        assertThat(paused("one")).isFalse();
    }

    private boolean paused(String provider) {
        return scenario.names(Layout.POOL_COMPONENTS).stream()
                .map(name -> scenario.document(Layout.POOL_COMPONENTS + "/" + name))
                .filter(doc -> doc.text("provider_name").orElse("").equals(provider))
                .anyMatch(doc -> Boolean.TRUE.equals(doc.get("paused")));
    }

    @Test
    void yieldsToABetterPoolOfAnotherLauncherForALimitedTime() {
        scenario.await(scenario.user.ensure(Layout.POOL_COMPONENTS));
        var fields = Map.of(
                "id",
                "foreign",
                "provider_name",
                "p",
                "supported_labels",
                List.of("a"),
                "priority",
                1,
                "paused",
                false);
        scenario.await(scenario.user.create(
                Layout.POOL_COMPONENTS + "/h", Json.write(new Document(fields)), Tree.Mode.EPHEMERAL_SEQUENTIAL));
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        var request = scenario.ask("a");
        scenario.pass(Duration.ofMinutes(4));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.await(launcher.launcher.reasons(request)).values())
                .extracting(Reason::code)
                .containsExactly(Reason.Code.BETTER_PRIORITY_ELSEWHERE);
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), Duration.ofMinutes(2));
    }

    @Test
    @Behaviour("L56")
    void providerThatFailsDeclinesAndAnotherServes() {
        scenario.launcher(new Clouds()
                .labels("a")
                .provider("bad", "")
                .pool("main", "priority: 1", "a")
                .provider("good", "")
                .pool("main", "", "a")
                .yaml());
        scenario.cloud
                .cloud("bad")
                .faults()
                .add(new FaultRule(Operation.CREATE, FaultKind.UNEXPECTED, new FaultRule.Times(1_000)));
        var request = scenario.ask("a");
        assertThat(nodeOf(request).provider()).isEqualTo("good");
        assertThat(scenario.request(request).declinedBy())
                .singleElement()
                .asString()
                .contains("PoolWorker.bad-main-");
    }

    @Test
    @Behaviour("L88")
    void providerThatCanNotBeOpenedHoldsUpNoOther() {
        scenario.cloud.breakOpening("two", "no such cloud");
        scenario.launcher(two().yaml());
        nodeOf(scenario.ask("a"));
        var only = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(only).equals("failed"), SOON);
    }

    @Test
    void requestWithoutLabelsFailsWithAReason() {
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        var request = scenario.ask();
        scenario.passUntil(() -> scenario.state(request).equals("failed"), SOON);
        assertThat(scenario.request(request).declinedBy()).hasSize(1);
        assertThat(launcher.launcher.readiness().ready()).isTrue();
    }

    @Test
    void maxConcurrencyOfZeroTouchesNothingAndOfOneLaunchesOneAtATime() {
        var launcher = scenario.launcher(new Clouds()
                .labels("a")
                .provider("one", "boot-seconds: 2", "max-concurrency: 0")
                .pool("main", "", "a")
                .yaml());
        var first = scenario.ask("a");
        var second = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.request(first).declinedBy()).isEmpty();
        assertThat(scenario.state(first)).isEqualTo("requested");
        launcher.apply(new Clouds()
                .labels("a")
                .provider("one", "boot-seconds: 2", "max-concurrency: 1")
                .pool("main", "", "a")
                .yaml());
        scenario.passUntil(() -> scenario.state(first).equals("fulfilled"), SOON);
        assertThat(scenario.machines()).hasSizeLessThanOrEqualTo(2);
        assertThat(scenario.state(second)).isNotEqualTo("fulfilled");
        scenario.passUntil(() -> scenario.state(second).equals("fulfilled"), SOON);
    }
}
