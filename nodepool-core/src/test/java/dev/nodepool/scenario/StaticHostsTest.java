package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Hosts that exist already: entered, lent, entered anew. */
class StaticHostsTest extends StaticBase {

    private static final String ONE = rack(host("h1", "a"));

    @Test
    @Behaviour("S03")
    void entersAHostAsTheNodeThatPythonWouldWrite() {
        scenario.rack.shows("h1", "ssh-rsa AAAARSA", Rack.KEY);
        scenario.launcher(rack(host("h1", "a") + ", host-key: " + Rack.KEY));
        awaitFree(1);
        var node = free().get(0);
        var now = scenario.time.instant().toEpochMilli() / 1e3;
        assertThat((double) node.doc().get("created_time")).isBetween(now - 5, now);
        assertThat(node.doc().get("created_time")).isEqualTo(node.doc().get("state_time"));
        assertThat(node.doc().fields())
                .containsAllEntriesOf(Map.ofEntries(
                        Map.entry("state", "ready"),
                        Map.entry("provider", "rack"),
                        Map.entry("pool", "main"),
                        Map.entry("launcher", "static driver"),
                        Map.entry("type", List.of("a")),
                        Map.entry("hostname", "h1"),
                        Map.entry("interface_ip", "h1"),
                        Map.entry("external_id", "h1"),
                        Map.entry("public_ipv4", "192.0.2.7"),
                        Map.entry("username", "ci"),
                        Map.entry("connection_port", 22),
                        Map.entry("ssh_port", 22),
                        Map.entry("connection_type", "ssh"),
                        Map.entry("python_path", "auto"),
                        Map.entry("host_keys", List.of(Rack.KEY, "ssh-rsa AAAARSA")),
                        Map.entry("attributes", Map.of("room", "2.14", "row", 3)),
                        Map.entry("slot", 0)));
        for (var absent : List.of("allocated_to", "public_ipv6", "private_ipv4", "az", "resources", "shell_type")) {
            assertThat(node.doc().fields()).containsEntry(absent, null);
        }
        assertThat(scenario.names(Layout.node(node.id()))).as("nobody holds it").isEmpty();
    }

    @Test
    @Behaviour({"S04", "S28"})
    void keepsPythonPathAndShellTypeWhenItIsEnteredAnew() {
        scenario.launcher(rack(host("h1", "a") + ", python-path: /opt/python3, shell-type: cmd"));
        awaitFree(1);
        var first = free().get(0).id();
        scenario.use(scenario.ask("a"));
        awaitFree(1);
        var node = free().get(0);
        assertThat(node.id()).isNotEqualTo(first);
        assertThat(node.doc().fields())
                .containsEntry("python_path", "/opt/python3")
                .containsEntry("shell_type", "cmd");
    }

    @Test
    @Behaviour("S05")
    void oneHostWithTwoUsersIsTwoNodesAlsoAfterUse() {
        scenario.launcher(rack("name: h1, labels: [a], username: zuul", "name: h1, labels: [b], username: root"));
        awaitFree(2);
        var before = free().stream().map(Node::id).toList();
        scenario.use(scenario.ask("a"));
        awaitFree(2);
        assertThat(free()).extracting(Node::username).containsExactlyInAnyOrder("zuul", "root");
        assertThat(free().stream().map(Node::id).filter(before::contains)).hasSize(1);
    }

    @Test
    @Behaviour("S06")
    void leavesOutAHostWhoseNameNobodyKnowsAndSaysSo() {
        scenario.rack.unresolvable("h2");
        var running = scenario.launcher(rack(host("h1", "a"), host("h2", "a")));
        scenario.pass(Duration.ofSeconds(10));
        assertThat(free()).extracting(Node::hostname).containsExactly("h1");
        assertThat(running.launcher.readiness().remarks())
                .containsExactly("provider rack: host ci@h2:22: unknown name");
    }

    @Test
    @Behaviour("S12")
    void nodeHasAllLabelsOfItsHost() {
        scenario.launcher(rack(host("h1", "a, b")));
        awaitFree(1);
        assertThat(free().get(0).labels()).containsExactly("a", "b");
    }

    @Test
    @Behaviour({"S13", "S20", "S24"})
    void usedNodeGoesAndItsSlotIsEnteredAtOnce() {
        var running = scenario.launcher(rack(host("h1", "a"), host("h2", "b") + ", max-parallel-jobs: 2"));
        awaitFree(3);
        assertThat(slots(free("h2"))).containsExactly(0, 1);
        var nodes = take(scenario.ask("a"));
        scenario.giveBack(nodes);
        // Far less than any of the passes that look now and then.
        scenario.passUntil(() -> free("h1").size() == 1, Duration.ofSeconds(1));
        assertThat(free("h1").get(0).id()).isNotEqualTo(nodes.get(0));
        assertThat(scenario.names(Layout.NODES)).hasSize(3).doesNotContain(nodes.get(0));
        var both = scenario.ask("b", "b");
        assertThat(new HashSet<>(take(both))).hasSize(2);
        assertThat(scenario.rack.created()).isZero();
        assertThat(running.launcher.readiness().remarks()).isEmpty();
    }

    @Test
    @Behaviour("S14")
    void requestForABusyHostStaysRequestedAndHoldsUpNobody() {
        var running = scenario.launcher(rack(host("h1", "a"), host("h2", "b")));
        var busy = take(scenario.ask("a"));
        var waiting = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(1));
        var other = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(other).equals("fulfilled"), Duration.ofSeconds(1));
        assertThat(scenario.state(waiting)).isEqualTo("requested");
        assertThat(scenario.request(waiting).declinedBy()).isEmpty();
        assertThat(scenario.names(Layout.requestLock(waiting))).isEmpty();
        assertThat(scenario.await(running.launcher.reasons(waiting)).values())
                .singleElement()
                .satisfies(reason -> assertThat(reason.code().name()).isEqualTo("NO_FREE_HOST"));
        assertThat(pausedPools()).as("deferring is not pausing").isZero();
        scenario.giveBack(busy);
        scenario.passUntil(() -> scenario.state(waiting).equals("fulfilled"), Duration.ofSeconds(1));
    }

    private long pausedPools() {
        return scenario.names(Layout.POOL_COMPONENTS).stream()
                .map(name -> scenario.document(Layout.POOL_COMPONENTS + "/" + name))
                .filter(pool -> Boolean.TRUE.equals(pool.get("paused")))
                .count();
    }

    @Test
    @Behaviour("S15")
    void readyNodeOfARequestIsNotGivenToAnother() {
        scenario.launcher(ONE);
        var first = scenario.ask("a");
        awaitState(first, "fulfilled");
        var second = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.state(second)).isEqualTo("requested");
        assertThat(scenario.nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.allocatedTo()).contains(first));
    }

    @Test
    @Behaviour("S16")
    void waitingRequestsAreServedByPriorityThenAge() {
        scenario.launcher(ONE);
        var busy = take(scenario.ask("a"));
        var late = scenario.ask(Map.of("relative_priority", 2), "a");
        var old = scenario.ask(Map.of("relative_priority", 1), "a");
        var young = scenario.ask(Map.of("relative_priority", 1), "a");
        for (var next : List.of(old, young, late)) {
            scenario.pass(Duration.ofSeconds(1));
            scenario.giveBack(busy);
            busy = take(next);
        }
    }

    @Test
    @Behaviour("S17")
    void whatAnOlderLauncherWasBuildingIsRemovedAndTheHostEnteredOnce() {
        scenario.await(scenario.user.ensure(Layout.NODES));
        write(Map.of("state", "building", "provider", "rack", "pool", "main", "type", List.of("a"), "launcher", "old"));
        scenario.launcher(ONE);
        awaitFree(1);
        scenario.pass(Duration.ofSeconds(5));
        assertThat(scenario.nodes()).hasSize(1);
        scenario.use(scenario.ask("a"));
        awaitFree(1);
    }

    private String write(Map<String, Object> fields) {
        return scenario.await(scenario.user.create(
                        Layout.NODES + "/", Json.write(new Document(fields)), Tree.Mode.PERSISTENT_SEQUENTIAL))
                .name();
    }

    @Test
    void recordsWithoutSlotAreGivenOneAndKeptWhileSurplusOnesGo() {
        scenario.await(scenario.user.ensure(Layout.NODES));
        var old = IntStream.range(0, 3)
                .mapToObj(i -> write(Map.of(
                        "state",
                        "ready",
                        "provider",
                        "rack",
                        "pool",
                        "main",
                        "type",
                        List.of("a"),
                        "launcher",
                        "static driver",
                        "hostname",
                        "h1",
                        "username",
                        "ci",
                        "connection_port",
                        22)))
                .toList();
        scenario.launcher(rack(host("h1", "a") + ", max-parallel-jobs: 2"));
        scenario.passUntil(() -> scenario.nodes().size() == 2, LONG);
        scenario.passUntil(() -> slots(free()).equals(List.of(0, 1)), LONG);
        assertThat(scenario.names(Layout.NODES)).isEqualTo(old.subList(0, 2));
        assertThat(free()).extracting(Node::externalId).containsOnly("h1");
    }

    @Test
    @Behaviour("S18")
    void requestWithTwoLabelsGetsTwoNodesTogether() {
        scenario.launcher(rack(host("h1", "a"), host("h2", "b")));
        var nodes = take(scenario.ask("b", "a"));
        assertThat(nodes.stream().map(this::hostOf)).containsExactly("h2", "h1");
    }

    @Test
    @Behaviour("S19")
    void hostsAndACloudServeTheirOwnLabelsSideBySide() {
        scenario.launcher(ONE + CLOUD);
        var host = take(scenario.ask("a"));
        var machine = take(scenario.ask("cloud"));
        assertThat(scenario.node(host.get(0)).provider()).isEqualTo("rack");
        assertThat(scenario.node(machine.get(0)).provider()).isEqualTo("fake-cloud");
        scenario.giveBack(host);
        scenario.giveBack(machine);
        awaitFree(1);
        assertThat(scenario.machines()).isEmpty();
    }

    @Test
    void aBacklogForHostsDoesNotSlowDownACloud() {
        scenario.launcher(ONE + CLOUD);
        take(scenario.ask("a"));
        var backlog = IntStream.range(0, 200).mapToObj(i -> scenario.ask("a")).toList();
        scenario.pass(Duration.ofSeconds(1));
        var request = scenario.ask("cloud");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), Duration.ofSeconds(1));
        assertThat(backlog).allSatisfy(r -> assertThat(scenario.state(r)).isEqualTo("requested"));
    }

    @Test
    @Behaviour("S26")
    void hostThatIsTakenThroughOneLabelIsNotFreeForItsOther() {
        scenario.launcher(rack(host("h1", "a, b")));
        var busy = take(scenario.ask("a"));
        var other = scenario.ask("b");
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.state(other)).isEqualTo("requested");
        assertThat(scenario.request(other).declinedBy()).isEmpty();
        scenario.giveBack(busy);
        awaitState(other, "fulfilled");
    }

    @Test
    void requestThatTheConfiguredHostsCanNeverServeFails() {
        scenario.launcher(rack(host("h1", "a, b")));
        var request = scenario.ask("a", "b");
        awaitState(request, "failed");
        awaitFree(1);
    }

    @Test
    @Behaviour("C26")
    void heldNodeIsNotHandedOut() {
        scenario.launcher(ONE);
        var node = take(scenario.ask("a")).get(0);
        scenario.hold(node, scenario.node(node).doc());
        var request = scenario.ask("a");
        scenario.pass(Duration.ofSeconds(90));
        assertThat(scenario.state(request)).isEqualTo("requested");
        assertThat(scenario.nodes())
                .singleElement()
                .satisfies(n -> assertThat(n.id()).isEqualTo(node));
    }

    @Test
    @Behaviour("S23")
    void nodeWhoseRecordWasDeletedIsEnteredAnew() {
        scenario.launcher(rack(host("h1", "a"), host("h2", "a")));
        awaitFree(2);
        var gone = free("h1").get(0).id();
        scenario.names(Layout.node(gone))
                .forEach(child -> scenario.await(scenario.user.delete(Layout.node(gone) + "/" + child, -1)));
        scenario.await(scenario.user.delete(Layout.node(gone), -1));
        awaitFree(2);
        assertThat(free("h1")).hasSize(1);
    }

    @Test
    void askedForStockItDeclinesBecauseFreeHostsAreReadyAnyway() {
        scenario.launcher(ONE.replace("{name: a}", "{name: a, min-ready: 2}"));
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.names(Layout.REQUESTS)).as("nobody asks").isEmpty();
        var request = scenario.ask(Map.of("requestor", "NodePool:min-ready", "reuse", false), "a");
        awaitState(request, "failed");
    }

    @Test
    void requestThatWantsNoUsedNodeGetsAHost() {
        scenario.launcher(ONE);
        awaitState(scenario.ask(Map.of("reuse", false), "a"), "fulfilled");
    }
}
