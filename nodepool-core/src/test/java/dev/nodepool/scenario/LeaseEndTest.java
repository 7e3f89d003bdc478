package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodepool.internal.lease.Lease;
import dev.nodepool.internal.lease.LeaseOrder;
import dev.nodepool.internal.lease.LostLease;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.model.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How leases end, and requests for them: by order, by time, or because the nodes are gone. */
class LeaseEndTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Scenario scenario = new Scenario();
    private final Scenario.Running launcher = scenario.launcher(LaunchTest.config("boot-seconds: 5", ""));
    private final List<String> losses = new ArrayList<>();

    private Lease lease(String... labels) {
        var asked = launcher.leases.request(List.of(labels));
        scenario.passUntil(asked::isDone, LONG);
        var lease = asked.join();
        lease.lost().thenAccept(losses::add);
        return lease;
    }

    private void done(CompletableFuture<Void> step) {
        scenario.passUntil(step::isDone, LONG);
        step.join();
    }

    @Test
    void heldNodesStayWithReasonAndTimeUntilThatIsOver() {
        var lease = lease("a", "b");
        done(lease.inUse());

        done(lease.hold("see why it fails", Duration.ofMinutes(10)));

        assertThat(scenario.nodes()).hasSize(2).allSatisfy(node -> {
            assertThat(node.doc().text(Node.STATE)).contains("hold");
            assertThat(node.comment()).isEqualTo("see why it fails");
            assertThat(node.holdJob()).isEqualTo("host1");
            assertThat(node.doc().number("hold_expiration", 0)).isEqualTo(600);
            assertThat(scenario.names(Layout.nodeLock(node.id()))).isEmpty();
        });
        scenario.pass(Duration.ofMinutes(9));
        assertThat(scenario.nodes()).hasSize(2);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        done(lease.giveBack());
        assertThat(losses).isEmpty();
    }

    @Test
    void aHeldLeaseIsOver() {
        var lease = lease("a");
        done(lease.hold("", Duration.ofMinutes(1)));

        var again = lease.inUse();
        scenario.passUntil(again::isDone, LONG);

        assertThatThrownBy(again::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void workMayBeSaidToHaveBegunTwice() {
        var lease = lease("a");
        done(lease.inUse());
        done(lease.inUse());
        done(lease.giveBack());
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
    }

    @Test
    void outlastsAConnectionThatBreaksForLessThanASession() {
        var lease = lease("a");
        done(lease.inUse());

        scenario.server.suspend(launcher.tree);
        scenario.pass(Duration.ofSeconds(9));
        scenario.server.resume(launcher.tree);
        scenario.pass(Duration.ofSeconds(30));

        assertThat(losses).isEmpty();
        done(lease.giveBack());
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
    }

    @Test
    void isLostAsSoonAsZooKeeperWasSilentForAsLongAsASessionLives() {
        var lease = lease("a");
        done(lease.inUse());

        scenario.server.suspend(launcher.tree);
        scenario.pass(Duration.ofSeconds(9));
        assertThat(losses).isEmpty();
        scenario.pass(Duration.ofSeconds(2));

        assertThat(losses).singleElement().asString().contains("longer than a session lives");
        assertLost(lease);
        // The session lives after all: the machine must not stay locked for nobody.
        scenario.server.resume(launcher.tree);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        assertThat(losses).hasSize(1);
    }

    @Test
    void isLostWithItsSession() {
        var lease = lease("a");
        done(lease.inUse());

        scenario.server.expire(launcher.tree);
        scenario.pass(Duration.ofSeconds(1));

        assertThat(losses).singleElement().asString().contains("session");
        assertLost(lease);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
    }

    @Test
    void isLostWhenSomebodyRemovesARecord() {
        var lease = lease("a", "b");
        var node = lease.nodes().get(1).id();
        done(lease.inUse());

        scenario.names(Layout.nodeLock(node))
                .forEach(name -> scenario.await(scenario.user.delete(Layout.nodeLock(node) + "/" + name, -1)));
        scenario.pass(Duration.ofMillis(100));

        assertThat(losses).singleElement().asString().contains("the lock of node " + node + " was removed");
        assertLost(lease);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
    }

    private void assertLost(Lease lease) {
        for (var call : List.of(lease.inUse(), lease.hold("", Duration.ofMinutes(1)), lease.giveBack())) {
            scenario.turns.run();
            assertThatThrownBy(call::join).hasCauseInstanceOf(LostLease.class);
        }
    }

    @Test
    void asksAgainUnderTheSameFutureWhenTheSessionIsLostBeforeTheAnswer() {
        var asked = launcher.leases.request(List.of("a"));
        scenario.pass(Duration.ofSeconds(1));
        var first = scenario.names(Layout.REQUESTS);

        scenario.server.expire(launcher.tree);
        scenario.passUntil(asked::isDone, LONG);

        assertThat(first).hasSize(1).doesNotContain(asked.join().requestId());
        done(asked.join().inUse());
    }

    @Test
    void isGivenUpAndWithdrawnAfterItsDeadline() {
        var order = LeaseOrder.of(List.of("a"));
        var asked = launcher.leases.request(
                new LeaseOrder(order.labels(), 100, 3, "fake-one", "tenant", "somebody", Duration.ofSeconds(2)));
        scenario.pass(Duration.ofSeconds(1));

        var name = scenario.names(Layout.REQUESTS).get(0);
        var request = scenario.request(name);
        assertThat(name).startsWith("100-");
        assertThat(request.relativePriority()).isEqualTo(3);
        assertThat(request.provider()).contains("fake-one");
        assertThat(request.tenant()).isEqualTo("tenant");
        assertThat(request.requestor()).isEqualTo("somebody");
        scenario.pass(Duration.ofMillis(1_500));

        assertThatThrownBy(asked::join).hasCauseInstanceOf(TimeoutException.class);
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.nodes())
                .allSatisfy(node -> assertThat(node.allocatedTo()).isEmpty());
    }

    @Test
    void failsWhatWaitsAndLosesWhatIsHeldWhenItsPoolIsClosed() {
        lease("a");
        var waiting = launcher.leases.request(List.of("a"));
        scenario.pass(Duration.ofSeconds(1));

        launcher.stores.loop().execute(launcher.leases::close);
        scenario.pass(Duration.ofSeconds(1));
        var late = launcher.leases.request(List.of("a"));
        scenario.pass(Duration.ofSeconds(1));

        assertThat(losses).containsExactly("the pool is closed");
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(late::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(scenario.names(Layout.REQUESTS)).isEmpty();
    }
}
