package dev.nodepool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.internal.store.Json;
import dev.nodepool.internal.store.Layout;
import dev.nodepool.internal.tree.Tree.Mode;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import dev.nodepool.testing.Behaviour;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgesAndLeaksTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final Scenario scenario = new Scenario();

    private static String config(String top) {
        return LaunchTest.config("", "").replace("labels: [{name: a}", top + "labels: [{name: a, max-ready-age: 100}");
    }

    private String heldNode(@Nullable Object expiration) {
        var request = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        var id = scenario.request(request).nodes().get(0);
        scenario.accept(request);
        var doc = scenario.node(id).doc().with("hold_expiration", expiration);
        scenario.hold(id, doc);
        return id;
    }

    @Test
    @Behaviour("L38")
    void unusedReadyNodeGoesAtItsAgeAndOneThatIsAllocatedStays() {
        scenario.launcher(config(""));
        var withdrawn = scenario.ask("a");
        var kept = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(kept).equals("fulfilled"), LONG);
        scenario.await(scenario.user.delete(Layout.request(withdrawn), -1));
        scenario.pass(Duration.ofSeconds(90));
        assertThat(scenario.nodes()).hasSize(2);
        scenario.pass(Duration.ofSeconds(25));
        assertThat(scenario.nodes()).extracting(Node::allocatedTo).containsExactly(Optional.of(kept));
    }

    @ParameterizedTest
    @Behaviour({"L39", "L41", "L42", "L43", "L44"})
    @CsvSource({"50, 50", "'50', 50", "1000, 200", "0, 200", "'nonsense', 200", "1795349920000, 200"})
    void heldNodeGoesAtTheEarlierOfItsOwnAndTheGeneralLimit(String expiration, int seconds) {
        scenario.launcher(config("max-hold-age: 200\n"));
        Object value = expiration.matches("\\d+") ? Long.valueOf(expiration) : expiration;
        var node = heldNode(value);
        scenario.pass(Duration.ofSeconds(seconds - 15));
        assertThat(scenario.node(node).state().text()).isEqualTo("hold");
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.names(Layout.NODES)).isEmpty();
    }

    @Test
    @Behaviour("L40")
    void heldNodeGoesAtItsOwnLimitAlsoWithoutAGeneralOneAndElseNever() {
        scenario.launcher(config(""));
        var own = heldNode(50);
        var none = heldNode(null);
        scenario.pass(Duration.ofSeconds(45));
        assertThat(scenario.nodes()).hasSize(2);
        scenario.pass(Duration.ofSeconds(30));
        assertThat(scenario.names(Layout.NODES)).containsExactly(none).doesNotContain(own);
        scenario.pass(Duration.ofHours(30));
        assertThat(scenario.names(Layout.NODES)).containsExactly(none);
    }

    @Test
    @Behaviour("L43")
    void ownLimitOfOneHeldNodeDoesNotConcernAnother() {
        scenario.launcher(config("max-hold-age: 200\n"));
        heldNode(50);
        var other = heldNode(null);
        scenario.pass(Duration.ofSeconds(80));
        assertThat(scenario.names(Layout.NODES)).containsExactly(other);
        scenario.pass(Duration.ofSeconds(140));
        assertThat(scenario.names(Layout.NODES)).isEmpty();
    }

    @Test
    @Behaviour("L68")
    void emptyNodeIsRemovedAfterAMinuteAndAnUnreadableOneStaysAndIsTold() {
        var launcher = scenario.launcher(config(""));
        scenario.await(scenario.user.create(Layout.NODES + "/", new byte[0], Mode.PERSISTENT_SEQUENTIAL));
        var odd = scenario.await(scenario.user.create(Layout.NODES + "/", "{".getBytes(), Mode.PERSISTENT_SEQUENTIAL));
        scenario.pass(Duration.ofSeconds(50));
        assertThat(scenario.names(Layout.NODES)).hasSize(2);
        scenario.pass(Duration.ofSeconds(25));
        assertThat(scenario.names(Layout.NODES)).containsExactly(odd.name());
        scenario.pass(Duration.ofSeconds(35));
        assertThat(launcher.launcher.readiness().remarks())
                .containsExactly("1 node records can not be read and are left alone: " + odd.name());
    }

    @Test
    @Behaviour("L01")
    void foreignLockDirectoryIsRemovedAfterEightHours() {
        scenario.launcher(config(""));
        scenario.await(scenario.user.create(Layout.requestLock("200-gone"), new byte[0], Mode.PERSISTENT));
        scenario.pass(Duration.ofHours(7));
        assertThat(scenario.names(Layout.REQUEST_LOCKS)).containsExactly("200-gone");
        scenario.pass(Duration.ofMinutes(75));
        assertThat(scenario.names(Layout.REQUEST_LOCKS)).isEmpty();
    }

    @Test
    void youngLockDirectoriesDoNotHideOldOnes() {
        scenario.await(scenario.user.ensure(Layout.REQUEST_LOCKS));
        for (var i = 0; i < 30; i++) {
            scenario.await(scenario.user.create(Layout.requestLock("200-old" + i), new byte[0], Mode.PERSISTENT));
        }
        scenario.pass(Duration.ofHours(7));
        for (var i = 0; i < 600; i++) {
            scenario.await(scenario.user.create(Layout.requestLock("100-young" + i), new byte[0], Mode.PERSISTENT));
        }
        scenario.launcher(config(""));
        scenario.pass(Duration.ofHours(2));
        assertThat(scenario.names(Layout.REQUEST_LOCKS)).hasSize(600).allMatch(name -> name.startsWith("100-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "null", "text", "zero"})
    void nodeOfUnknownAgeStays(String stateTime) {
        scenario.launcher(config("max-hold-age: 50\n"));
        var held = heldNode(50);
        var request = scenario.ask("a");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        var ready = scenario.request(request).nodes().get(0);
        for (var node : List.of(held, ready)) {
            var fields = new HashMap<>(scenario.node(node).doc().fields());
            switch (stateTime) {
                case "absent" -> fields.remove(Node.STATE_TIME);
                case "null" -> fields.put(Node.STATE_TIME, null);
                case "text" -> fields.put(Node.STATE_TIME, "yesterday");
                default -> fields.put(Node.STATE_TIME, 0);
            }
            fields.put(Node.ALLOCATED_TO, null);
            scenario.await(scenario.user.set(Layout.node(node), Json.write(new Document(fields)), -1));
        }
        scenario.pass(Duration.ofMinutes(30));
        assertThat(scenario.names(Layout.NODES)).containsExactly(held, ready);
    }

    @Test
    void machineThatNoRecordKnowsIsDeletedAndOthersAreNot() {
        var launcher = scenario.launcher(config(""));
        var request = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        var node = scenario.nodes().get(0);
        var known = scenario.machines().get(0);
        leak(known.metadata(), Map.of(LaunchSpec.LAUNCH, "other"));
        leak(known.metadata(), Map.of(LaunchSpec.LAUNCH, "another", LaunchSpec.INSTALLATION, "elsewhere"));
        scenario.pass(Duration.ofSeconds(100));
        assertThat(scenario.machines()).hasSize(3);
        scenario.pass(Duration.ofMinutes(3));
        assertThat(scenario.machines()).hasSize(2).contains(known);
        assertThat(scenario.node(node.id()).state().text()).isEqualTo("ready");
        assertThat(launcher.stores.caughtUp()).isTrue();
    }

    private void leak(Map<String, String> like, Map<String, String> changes) {
        var metadata = new HashMap<>(like);
        metadata.putAll(changes);
        var made = scenario.cloud
                .cloud("fake-one")
                .create(
                        new LaunchSpec(
                                "0000009999", "main", "b", Optional.empty(), Optional.empty(), metadata, Map.of()),
                        id -> {});
        scenario.pass(Duration.ofSeconds(1));
        assertThat(made).isCompleted();
    }

    @Test
    void rewritingKeepsWhatOthersWrote() {
        scenario.launcher(config(""));
        var request = scenario.ask(Map.of("of_tomorrow", Map.of("deep", true)), "b");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        assertThat(scenario.request(request).doc().get("of_tomorrow")).isEqualTo(Map.of("deep", true));
        assertThat(new String(Json.write(scenario.request(request).doc()))).contains("of_tomorrow");
    }
}
