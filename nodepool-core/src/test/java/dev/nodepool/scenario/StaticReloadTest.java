package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts that come, change and go in the configuration, some of them while they are in use. */
class StaticReloadTest extends StaticBase {

    private static final String H1 = host("h1", "a");
    private static final String H2 = host("h2", "b");

    @Test
    @Behaviour("S07")
    void moreHostsAreEnteredAndThoseThereAreStay() {
        var running = scenario.launcher(rack(H1));
        awaitFree(1);
        var first = free().get(0).id();
        running.apply(rack(H1, H2));
        awaitFree(2);
        assertThat(free("h1")).extracting(Node::id).containsExactly(first);
    }

    @Test
    @Behaviour("S08")
    void fewerHostsAreTakenAwayButNotFromTheirUsers() {
        var running = scenario.launcher(rack(H1, H2, host("h3", "c")));
        awaitFree(3);
        var used = take(scenario.ask("b"));
        running.apply(rack(H1));
        scenario.passUntil(() -> scenario.nodes().size() == 2, LONG);
        scenario.pass(Duration.ofSeconds(70));
        assertThat(scenario.nodes()).extracting(Node::hostname).containsExactlyInAnyOrder("h1", "h2");
        scenario.giveBack(used);
        awaitFree(1);
        scenario.pass(Duration.ofSeconds(70));
        assertThat(scenario.nodes()).extracting(Node::hostname).containsExactly("h1");
    }

    @Test
    @Behaviour("S09")
    void moreJobsAtOnceAreMoreSlots() {
        var running = scenario.launcher(rack(H1));
        awaitFree(1);
        running.apply(rack(H1 + ", max-parallel-jobs: 2"));
        awaitFree(2);
        assertThat(slots(free())).containsExactly(0, 1);
    }

    @Test
    @Behaviour("S10")
    void fewerJobsAtOnceTakeTheLastSlotsAway() {
        var running = scenario.launcher(rack(H1 + ", max-parallel-jobs: 4"));
        awaitFree(4);
        var kept = free().stream()
                .filter(n -> slots(List.of(n)).get(0) < 2)
                .map(Node::id)
                .toList();
        running.apply(rack(H1 + ", max-parallel-jobs: 2"));
        awaitFree(2);
        assertThat(free()).extracting(Node::id).containsExactlyInAnyOrderElementsOf(kept);
    }

    @Test
    @Behaviour("S11")
    void changedHostChangesItsNodeInPlace() {
        var running = scenario.launcher(rack(H1));
        awaitFree(1);
        var id = free().get(0).id();
        running.apply(rack(changed()));
        awaitChanged(id);
        assertThat(scenario.rack.scans()).as("winrm shows no host keys").isEqualTo(1);
    }

    @Test
    @Behaviour("S25")
    void hostThatChangedWhileNobodyLookedChangesItsNodeInPlace() {
        var first = scenario.launcher(rack(H1));
        awaitFree(1);
        var id = free().get(0).id();
        first.stop(Duration.ZERO);
        scenario.launcher(rack(changed()));
        awaitChanged(id);
    }

    private static String changed() {
        return "name: h1, labels: [b, c], username: root, connection-port: 5986, connection-type: winrm, python-path: p";
    }

    private void awaitChanged(String id) {
        scenario.passUntil(
                () -> free().size() == 1 && "root".equals(free().get(0).username()), LONG);
        scenario.pass(Duration.ofSeconds(70));
        var node = scenario.node(id);
        assertThat(scenario.nodes()).hasSize(1);
        assertThat(node.labels()).containsExactly("b", "c");
        assertThat(node.port()).isEqualTo(5986);
        assertThat(node.doc().fields())
                .containsEntry("ssh_port", 5986)
                .containsEntry("connection_type", "winrm")
                .containsEntry("python_path", "p")
                .containsEntry("host_keys", List.of());
    }

    @Test
    void changeOfAHostInUseShowsWhenItIsEnteredAnew() {
        var running = scenario.launcher(rack(H1));
        var used = take(scenario.ask("a"));
        running.apply(rack(host("h1", "b")));
        scenario.pass(Duration.ofSeconds(70));
        assertThat(scenario.node(used.get(0)).labels()).containsExactly("a");
        scenario.giveBack(used);
        awaitFree(1);
        assertThat(free().get(0).labels()).containsExactly("b");
    }

    @Test
    void requestThatWaitsIsServedByAHostThatAReloadBrings() {
        var running = scenario.launcher(rack(H1));
        take(scenario.ask("a"));
        var waiting = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(10));
        running.apply(rack(H1, host("h2", "a")));
        assertThat(hostOf(take(waiting).get(0))).isEqualTo("h2");
    }

    @Test
    void hostsOfAProviderThatIsRemovedGoAsTheyAreReleasedAndComeBackWithIt() {
        var running = scenario.launcher(rack(H1, H2) + CLOUD);
        awaitFree(2);
        var used = take(scenario.ask("a"));
        var none = "labels: [{name: a}, {name: b}, {name: c}, {name: cloud}]\nproviders:\n" + CLOUD;
        running.apply(none);
        scenario.passUntil(() -> scenario.nodes().size() == 1, LONG);
        assertThat(running.launcher.readiness().remarks()).anyMatch(r -> r.contains("rack"));
        running.apply(rack(H1, H2) + CLOUD);
        scenario.passUntil(() -> free("h2").size() == 1, LONG);
        running.apply(none);
        scenario.giveBack(used);
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        scenario.passUntil(() -> running.launcher.readiness().remarks().isEmpty(), LONG);
    }

    @Test
    void hostsOfAPoolThatIsSwitchedOffGoAndComeBack() {
        var running = scenario.launcher(rack(H1));
        awaitFree(1);
        running.apply(rack(H1).replace("- name: main", "- name: main\n        max-servers: 0"));
        scenario.passUntil(() -> scenario.nodes().isEmpty(), LONG);
        awaitState(scenario.ask("a"), "failed");
        running.apply(rack(H1));
        awaitFree(1);
    }

    @Test
    void reloadWithoutAChangeOfTheProviderLooksAtNoHostAgain() {
        var running = scenario.launcher(rack(H1));
        awaitFree(1);
        var scans = scenario.rack.scans();
        running.apply(rack(H1).replace("{name: c}", "{name: c, max-ready-age: 86400}"));
        scenario.pass(Duration.ofSeconds(130));
        assertThat(scenario.rack.scans()).isEqualTo(scans);
    }

    @Test
    void driverWhoseHostsComeAndGoByThemselvesIsFollowed() {
        scenario.launcher(rack(H1, H2));
        awaitFree(2);
        var used = take(scenario.ask("b"));
        scenario.rack.withdraw("h1");
        scenario.rack.withdraw("h2");
        scenario.passUntil(() -> scenario.nodes().size() == 1, Duration.ofSeconds(1));
        awaitState(scenario.ask("a"), "failed");
        scenario.rack.giveBack("h1");
        awaitState(scenario.ask("a"), "fulfilled");
        scenario.giveBack(used);
        scenario.passUntil(() -> scenario.nodes().size() == 1, Duration.ofSeconds(1));
        assertThat(hostOf(scenario.nodes().get(0).id())).isEqualTo("h1");
    }
}
