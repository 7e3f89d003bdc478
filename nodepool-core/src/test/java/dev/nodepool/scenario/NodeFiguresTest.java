package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.metrics.Figure;
import dev.nodepool.metrics.Stats;
import dev.nodepool.model.Document;
import dev.nodepool.testing.Behaviour;
import dev.nodepool.testing.LogCapture;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many nodes there are in each state, told by one launcher for all. */
class NodeFiguresTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final List<String> STATES = List.of(
            "init",
            "building",
            "testing",
            "ready",
            "in-use",
            "used",
            "hold",
            "deleting",
            "failed",
            "aborted",
            "deleted");

    private final Scenario scenario = new Scenario();

    /** A launcher whose figures can be looked at. */
    private Sent launcher(String yaml) {
        var sent = new Sent(scenario.time);
        scenario.sink = stats -> sent;
        scenario.launcher(yaml);
        return sent;
    }

    private void fulfilled(String request) {
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        scenario.pass(TWO_SECONDS);
    }

    /** A node that no launcher of ours made. */
    private String foreign(Map<String, ?> fields) {
        var all = new HashMap<String, Object>(
                Map.of("state_time", scenario.time.instant().getEpochSecond()));
        all.putAll(fields);
        return scenario.await(scenario.user.create(
                        Layout.NODES + "/", Json.write(new Document(all)), Mode.PERSISTENT_SEQUENTIAL))
                .name();
    }

    @Test
    @Behaviour("L01")
    void allStatesOfAllLabelsAndProvidersAreToldWithZerosForWhatThereIsNot() {
        var sent = launcher(LaunchTest.config("", ""));
        fulfilled(scenario.ask("a"));

        for (var state : STATES) {
            var ready = state.equals("ready") ? 1 : 0;
            assertThat(sent.last("nodepool.nodes." + state)).isEqualTo(ready);
            assertThat(sent.last("nodepool.provider.fake-one.nodes." + state)).isEqualTo(ready);
            assertThat(sent.last("nodepool.label.a.nodes." + state)).isEqualTo(ready);
            assertThat(sent.last("nodepool.label.b.nodes." + state)).isZero();
        }
    }

    @Test
    void sumsFollowTheWholeLifeOfANode() {
        var sent = launcher(LaunchTest.config("boot-seconds: 5, delete-seconds: 5", ""));
        var request = scenario.ask("a");
        scenario.pass(TWO_SECONDS);
        assertThat(sent.last("nodepool.nodes.building")).isEqualTo(1);
        fulfilled(request);
        assertThat(sent.last("nodepool.nodes.building")).isZero();
        scenario.use(request);
        scenario.pass(TWO_SECONDS);
        assertThat(sent.last("nodepool.nodes.ready")).isZero();
        assertThat(sent.last("nodepool.nodes.deleting")).isEqualTo(1);
        scenario.pass(Duration.ofSeconds(10));
        assertThat(sent.last("nodepool.nodes.deleting")).isZero();
        assertThat(sent.last("nodepool.label.a.nodes.deleting")).isZero();
    }

    @Test
    void nodeCountsForEachOfItsLabelsAndForProvidersThatNobodyServes() {
        var sent = launcher(LaunchTest.config("", ""));
        var node = foreign(Map.of("state", "hold", "type", List.of("a", "other", "a"), "provider", "elsewhere"));
        scenario.pass(TWO_SECONDS);

        assertThat(sent.last("nodepool.label.a.nodes.hold")).isEqualTo(1);
        assertThat(sent.last("nodepool.label.other.nodes.hold")).isEqualTo(1);
        assertThat(sent.last("nodepool.provider.elsewhere.nodes.hold")).isEqualTo(1);
        assertThat(sent.values("nodepool.provider.elsewhere.nodes.ready")).isEmpty();

        scenario.await(scenario.user.delete(Layout.node(node), -1));
        scenario.pass(TWO_SECONDS);
        assertThat(sent.last("nodepool.label.other.nodes.hold")).isZero();
        assertThat(sent.last("nodepool.provider.elsewhere.nodes.hold")).isZero();
    }

    @Test
    void recordsOfUnknownStateAreNotCountedAndStopNothing() {
        var sent = launcher(LaunchTest.config("", ""));
        foreign(Map.of("state", "dreaming", "type", List.of("a"), "provider", "fake-one"));
        fulfilled(scenario.ask("a"));

        assertThat(sent.last("nodepool.label.a.nodes.ready")).isEqualTo(1);
        assertThat(sent.ofLaunchers()).noneMatch(figure -> figure.name().contains("dreaming"));
    }

    @Test
    void onlyOneOfSeveralLaunchersTellsIt() {
        var first = launcher(LaunchTest.config("", ""));
        var second = launcher(LaunchTest.config("", ""));
        fulfilled(scenario.ask("a", "b"));

        assertThat(first.last("nodepool.nodes.ready")).isEqualTo(2);
        assertThat(second.values("nodepool.nodes.ready")).isEmpty();
        assertThat(scenario.names(Layout.STATS_ELECTION)).hasSize(2);
    }

    @Test
    void nextLauncherTellsItWhenTheOneThatDidDies() {
        var doomed = scenario.launcher(LaunchTest.config("", ""));
        var second = launcher(LaunchTest.config("", ""));
        scenario.stock("a");
        doomed.kill();
        scenario.pass(Scenario.SESSION.minusSeconds(1));
        assertThat(second.values("nodepool.nodes.ready")).isEmpty();

        scenario.pass(Duration.ofSeconds(3));
        assertThat(second.last("nodepool.nodes.ready")).isEqualTo(1);
    }

    @Test
    void nextLauncherTellsItAtOnceWhenTheOneThatDidStops() {
        var first = scenario.launcher(LaunchTest.config("", ""));
        var second = launcher(LaunchTest.config("", ""));
        scenario.stock("a");
        // Its session goes on: an embedder may have lent it one.
        var stopped = first.launcher.stop(Duration.ZERO);
        scenario.pass(TWO_SECONDS);
        assertThat(stopped).isDone();

        assertThat(second.last("nodepool.nodes.ready")).isEqualTo(1);
        assertThat(scenario.names(Layout.STATS_ELECTION)).hasSize(1);
    }

    /** Who keeps the last value of a gauge would show it for ever beside that of the launcher elected next. */
    @Test
    void whatIsToldForAllIsTakenBackWithTheSession() {
        var launcher = scenario.launcher(LaunchTest.config("", "max-servers: 4"));
        scenario.stock("a");
        scenario.pass(TWO_SECONDS);
        assertThat(launcher.figures.getGauges()).containsKey("nodepool.nodes.ready");
        scenario.server.expire(launcher.tree);
        scenario.pass(Duration.ofMillis(50));
        assertThat(launcher.figures.getGauges().keySet())
                .noneMatch(name -> name.contains(".nodes."))
                .contains("nodepool.provider.fake-one.max_servers");
        scenario.pass(Duration.ofSeconds(5));
        assertThat(launcher.gauged("nodepool.nodes.ready")).isEqualTo(1L);
    }

    @Test
    void launcherThatLostItsSessionIsElectedAgain() {
        var sent = new Sent(scenario.time);
        scenario.sink = stats -> sent;
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.stock("a");
        scenario.pass(TWO_SECONDS);
        sent.forget();
        scenario.server.expire(launcher.tree);
        scenario.pass(Duration.ofSeconds(5));

        assertThat(sent.last("nodepool.nodes.ready")).isEqualTo(1);
        assertThat(scenario.names(Layout.STATS_ELECTION)).hasSize(1);
    }

    @Test
    void launcherOfPythonThatWasElectedIsLeftToIt() {
        var contender = Layout.STATS_ELECTION + "/0123456789abcdef0123456789abcdef__lock__";
        scenario.await(scenario.user.ensure(Layout.STATS_ELECTION));
        var theirs = scenario.await(scenario.user.create(contender, new byte[0], Mode.EPHEMERAL_SEQUENTIAL));
        var sent = launcher(LaunchTest.config("", ""));
        fulfilled(scenario.ask("a"));
        assertThat(sent.values("nodepool.nodes.ready")).isEmpty();

        scenario.await(scenario.user.delete(theirs.path(), -1));
        scenario.pass(TWO_SECONDS);
        assertThat(sent.last("nodepool.nodes.ready")).isEqualTo(1);
    }

    @Test
    void nothingIsToldBeforeEverythingIsKnown() {
        scenario.launcher(LaunchTest.config("", "")).stop(Duration.ZERO);
        foreign(Map.of("state", "hold", "type", List.of("a"), "provider", "fake-one"));
        foreign(Map.of("state", "hold", "type", List.of("a"), "provider", "fake-one"));
        var sent = new Sent(scenario.time);
        scenario.sink = stats -> sent;
        var slow = new AtomicBoolean(true);
        scenario.launcher(
                LaunchTest.config("", ""),
                running -> running.probe.loseBefore(call -> slow.get()
                        && call.name().equals("children")
                        && call.path().equals(Layout.NODES)));
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.names(Layout.STATS_ELECTION)).hasSize(1);
        assertThat(sent.values("nodepool.nodes.hold")).isEmpty();

        slow.set(false);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(sent.values("nodepool.nodes.hold")).isNotEmpty().containsOnly(2L);
    }

    @Test
    void reportsAreASecondApartHoweverMuchHappens() {
        var sent = launcher(LaunchTest.config("boot-seconds: 0.7", ""));
        for (var i = 0; i < 20; i++) {
            scenario.use(scenario.ask(Collections.nCopies(1 + i % 5, "a").toArray(String[]::new)));
        }
        scenario.pass(TWO_SECONDS);

        var times = sent.ofLaunchers().stream()
                .filter(figure -> figure.name().startsWith("nodepool.nodes."))
                .map(Sent.Figure::at)
                .distinct()
                .toList();
        assertThat(times).hasSizeGreaterThan(5);
        for (var i = 1; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
        assertThat(sent.last("nodepool.nodes.ready")).isZero();
    }

    @Test
    void nothingIsSentWhileNothingChanges() {
        var sent = launcher(LaunchTest.config("", ""));
        fulfilled(scenario.ask("a"));
        sent.forget();
        scenario.pass(Duration.ofMinutes(3));

        assertThat(sent.ofLaunchers()).isEmpty();
    }

    @Test
    void nothingIsSentWhenWhatChangesHasNoFigure() {
        var sent = launcher(LaunchTest.config("", ""));
        fulfilled(scenario.ask("a"));
        sent.forget();
        var node = scenario.nodes().get(0);
        scenario.await(
                scenario.user.set(Layout.node(node.id()), Json.write(node.doc().with("comment", "looked at")), -1));
        scenario.pass(TWO_SECONDS);
        scenario.await(scenario.user.ensure(Layout.IMAGES + "/debian/builds/0123/providers/fake-one/images/0001"));
        scenario.pass(TWO_SECONDS);

        assertThat(sent.ofLaunchers()).isEmpty();
    }

    /** Of two idle launchers, the one with figures makes the same calls as the one without. */
    @Test
    void idleLauncherWithFiguresAsksZooKeeperForNothingMore() {
        var without = idleCalls(new Scenario(), stats -> Stats.NONE);
        var with = idleCalls(new Scenario(), stats -> stats);

        assertThat(with).isEqualTo(without);
    }

    private static List<String> idleCalls(Scenario scenario, UnaryOperator<Stats> sink) {
        scenario.sink = sink;
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        scenario.pass(Duration.ofSeconds(30));
        launcher.probe.forget();
        scenario.pass(Duration.ofMinutes(3));
        return launcher.probe.calls().stream()
                .map(call -> call.name() + " " + call.path().replaceAll("[0-9a-f]{32}__lock__", ""))
                .sorted()
                .toList();
    }

    @Test
    void launcherWithoutASinkTakesNoPartInTheElection() {
        scenario.sink = stats -> Stats.NONE;
        var launcher = scenario.launcher(LaunchTest.config("", ""));
        fulfilled(scenario.ask("a"));

        assertThat(launcher.probe.calls())
                .extracting(MemoryTree.Call::path)
                .noneMatch(path -> path.contains("elections"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sinkThatThrowsHarmsNothingAndFillsNoLog(boolean others) {
        scenario.sink = stats -> new Broken();
        try (var log = new LogCapture("dev.nodepool.internal.store.GuardedStats")) {
            scenario.launcher(LaunchTest.config("", ""));
            if (others) {
                scenario.launcher(LaunchTest.config("", ""));
            }
            for (var i = 0; i < 5; i++) {
                scenario.use(scenario.ask("a", "b"));
            }
            scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
            assertThat(log.lines()).hasSizeBetween(1, 40);
        }
    }

    private static final class Broken implements Stats {

        @Override
        public void count(Figure figure, long more) {
            throw new IllegalStateException("full");
        }

        @Override
        public void gauge(Figure figure, long value) {
            throw new IllegalStateException("full");
        }

        @Override
        public void time(Figure figure, Duration took) {
            throw new IllegalStateException("full");
        }
    }
}
