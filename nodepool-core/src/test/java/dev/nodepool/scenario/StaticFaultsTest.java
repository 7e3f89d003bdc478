package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.MemoryTree;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that fail, launchers that die, and several launchers with the same hosts. */
class StaticFaultsTest extends StaticBase {

    private static final String H1 = host("h1", "a");
    static final String NO_HOSTS = "labels: [{name: a}, {name: b}, {name: c}, {name: cloud}]\nproviders:\n";

    private static final String TWO = rack(H1, host("h2", "b") + ", max-parallel-jobs: 2");

    @Test
    @Behaviour("S21")
    void hostThatDoesNotAnswerAtHandOutIsTakenAwayAndItsRequestWaitsForIt() {
        var running = scenario.launcher(rack(H1));
        awaitFree(1);
        scenario.rack.turnOff("h1");
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.nodes().isEmpty(), Duration.ofSeconds(6));
        scenario.pass(Duration.ofSeconds(10));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.request(request).declinedBy()).isEmpty();
        assertThat(running.launcher.readiness().remarks())
                .singleElement()
                .asString()
                .contains("h1", "does not answer");
        scenario.pass(Duration.ofSeconds(100));
        assertThat(scenario.state(request)).isEqualTo("requested");
        scenario.rack.turnOn("h1");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), Duration.ofSeconds(70));
        assertThat(running.launcher.readiness().remarks()).isEmpty();
    }

    @Test
    @Behaviour("S27")
    void offlineHostHoldsUpNoRequestForOthers() {
        scenario.launcher(rack(H1, host("h2", "b"), host("h3", "a")));
        awaitFree(3);
        scenario.rack.turnOff("h1");
        scenario.rack.turnOff("h3");
        var dead = scenario.ask("a");
        scenario.pass(Duration.ofMillis(200));
        var alive = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(alive).equals("fulfilled"), Duration.ofMillis(500));
        scenario.rack.turnOn("h3");
        awaitState(dead, "fulfilled");
        assertThat(hostOf(scenario.request(dead).nodes().get(0))).isEqualTo("h3");
    }

    @Test
    @Behaviour("S22")
    void hostThatIsNotToBeCheckedIsNeverScannedNorAsked() {
        scenario.rack.turnOff("h1");
        scenario.launcher(rack(H1 + ", host-key-checking: false, host-key: ssh-rsa CONFIGURED"));
        var node = take(scenario.ask("a"));
        assertThat(scenario.rack.scans()).isZero();
        assertThat(scenario.node(node.get(0)).hostKeys()).containsExactly("ssh-rsa CONFIGURED");
    }

    @Test
    void hostWithAnotherKeyThanItShouldHaveIsNotEntered() {
        var running = scenario.launcher(rack(H1 + ", host-key: [ssh-ed25519 AAAAKEY ci@h1, ssh-rsa OTHER]"));
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.nodes()).isEmpty();
        assertThat(running.launcher.readiness().remarks())
                .containsExactly("provider rack: host ci@h1:22: it does not show the host key ssh-rsa OTHER that it"
                        + " should have");
        scenario.rack.shows("h1", "ssh-rsa OTHER", Rack.KEY);
        scenario.passUntil(() -> free().size() == 1, Duration.ofSeconds(65));
    }

    @Test
    void anOlderRequestForMoreHostsIsNotStarvedBySmallerOnes() {
        scenario.launcher(rack(H1, host("h2", "a")));
        var first = take(scenario.ask("a"));
        var second = take(scenario.ask("a"));
        var both = scenario.ask("a", "a");
        var small = IntStream.range(0, 5).mapToObj(i -> scenario.ask("a")).toList();
        scenario.giveBack(first);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(small).allSatisfy(r -> assertThat(scenario.state(r)).isEqualTo("requested"));
        scenario.giveBack(second);
        scenario.use(both);
        small.forEach(scenario::use);
    }

    @Test
    void aRequestThatNeedsAnOfflineHostKeepsNoneOfTheOthers() {
        scenario.rack.turnOff("h1");
        scenario.launcher(rack(H1, host("h2", "a")));
        scenario.passUntil(() -> free().size() == 1, LONG);
        var both = scenario.ask("a", "a");
        scenario.pass(Duration.ofSeconds(1));
        scenario.use(scenario.ask("a"));
        scenario.rack.turnOn("h1");
        scenario.use(both);
    }

    @Test
    void twoLaunchersEnterEachSlotOnceWhateverHappens() {
        scenario.launcher(TWO);
        var second = scenario.launcher(TWO);
        awaitFree(3);
        for (var i = 0; i < 5; i++) {
            scenario.use(scenario.ask("a", "b"));
            everySlotOnce();
        }
        second.apply(rack(H1));
        scenario.pass(Duration.ofSeconds(5));
        second.stop(Duration.ZERO);
        scenario.use(scenario.ask("b", "b"));
        awaitFree(3);
        everySlotOnce();
    }

    @Test
    void survivorLooksAfterTheHostsOfADeadLauncher() {
        var first = scenario.launcher(TWO);
        awaitFree(3);
        scenario.launcher(TWO);
        var used = take(scenario.ask("a"));
        first.kill();
        scenario.giveBack(used);
        scenario.pass(Scenario.SESSION.plusSeconds(2));
        awaitFree(3);
        everySlotOnce();
    }

    private void everySlotOnce() {
        var slots = new HashSet<List<Object>>();
        for (var node : scenario.nodes()) {
            assertThat(slots.add(List.of(
                            String.valueOf(node.hostname()),
                            String.valueOf(node.doc().get(Node.SLOT)))))
                    .as(scenario.describe())
                    .isTrue();
        }
    }

    @Test
    void lockThatSomebodyTookAwayIsHadAnewBeforeAnySlotIsEntered() {
        scenario.launcher(TWO);
        awaitFree(3);
        var dir = Layout.INVENTORY_LOCKS + "/rack";
        var before = scenario.names(dir);
        assertThat(before).hasSize(1);
        scenario.await(scenario.user.delete(dir + "/" + before.get(0), -1));
        scenario.use(scenario.ask("a", "b"));
        awaitFree(3);
        assertThat(scenario.names(dir)).hasSize(1).isNotEqualTo(before);
    }

    @Test
    void lostSessionLeavesEverySlotOnce() {
        var running = scenario.launcher(TWO);
        awaitFree(3);
        var used = take(scenario.ask("a"));
        scenario.server.expire(running.tree);
        scenario.giveBack(used);
        scenario.pass(Duration.ofSeconds(5));
        awaitFree(3);
        everySlotOnce();
    }

    @ParameterizedTest
    @EnumSource(LostAnswersTest.Break.class)
    void everySlotIsEnteredOnceWhereverTheConnectionBreaks(LostAnswersTest.Break how) {
        var calls = new StaticFaultsTest().broken(Integer.MAX_VALUE, how);
        assertThat(calls).isGreaterThan(30);
        for (var at = 1; at <= calls; at++) {
            try {
                new StaticFaultsTest().broken(at, how);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("broken " + how + " at call " + at + " of " + calls, e);
            }
        }
    }

    private int broken(int breakAt, LostAnswersTest.Break how) {
        var calls = new AtomicInteger();
        var running = scenario.launcher(NO_HOSTS + CLOUD);
        Predicate<MemoryTree.Call> loses = call -> {
            if (calls.incrementAndGet() != breakAt) {
                return false;
            }
            scenario.turns.execute(() -> LostAnswersTest.cut(scenario, running, how));
            return true;
        };
        if (how.before()) {
            running.probe.loseBefore(loses);
        } else {
            running.probe.loseAfter(loses);
        }
        running.apply(TWO + CLOUD);
        scenario.pass(Duration.ofSeconds(2));
        awaitFree(3);
        scenario.use(scenario.ask("a", "b"));
        awaitFree(3);
        everySlotOnce();
        return calls.get();
    }

    @Test
    void noSlotIsLostNorDoubledWhereverALauncherDies() {
        var points = new StaticFaultsTest().life(Integer.MAX_VALUE);
        assertThat(points).isGreaterThan(40);
        for (var point = 1; point <= points; point++) {
            try {
                new StaticFaultsTest().life(point);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("killed at point " + point + " of " + points, e);
            }
        }
        System.out.println("kill points of static hosts: " + points);
    }

    /** Entering, handing out, use, a host that fails, a reload. The launcher dies at a point; another one stands by. */
    private int life(int killAt) {
        var passed = new AtomicInteger();
        var first = scenario.launcher(rack(H1));
        var standby = scenario.launcher(rack(H1));
        first.probe.onPoint(point -> {
            if (passed.incrementAndGet() == killAt) {
                first.kill();
            }
        });
        first.apply(TWO);
        standby.apply(TWO);
        var request = scenario.ask("a", "b");
        scenario.pass(Duration.ofSeconds(1));
        if (scenario.state(request).equals("fulfilled")) {
            scenario.giveBack(scenario.accept(request));
        }
        scenario.pass(Duration.ofSeconds(1));
        scenario.rack.turnOff("h1");
        scenario.ask("a");
        scenario.pass(Duration.ofSeconds(7));
        scenario.rack.turnOn("h1");
        var more = TWO.replace("max-parallel-jobs: 2", "max-parallel-jobs: 3");
        first.apply(more);
        standby.apply(more);
        scenario.pass(Duration.ofSeconds(2));
        var died = passed.get();
        if (died < killAt) {
            first.kill();
        }
        scenario.passUntil(this::usedUp, LONG);
        awaitFree(4);
        everySlotOnce();
        return died;
    }

    /** Uses what is fulfilled, in whatever order, until no request is left. */
    private boolean usedUp() {
        for (var request : scenario.names(Layout.REQUESTS)) {
            if (scenario.state(request).equals("fulfilled")) {
                scenario.giveBack(scenario.accept(request));
            }
        }
        return scenario.names(Layout.REQUESTS).isEmpty();
    }
}
