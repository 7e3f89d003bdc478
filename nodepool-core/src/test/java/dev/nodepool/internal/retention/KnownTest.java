package dev.nodepool.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodepool.driver.Amounts;
import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.Instance.Addresses;
import dev.nodepool.driver.Instance.Placement;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.model.Document;
import dev.nodepool.model.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownTest {

    private static final Known KNOWN = Known.of(
            List.of(
                    new Node(
                            "0000000001",
                            new Document(Map.of(Node.EXTERNAL_ID, "machine", Node.LAUNCH_TOKEN, "launch"))),
                    new Node("0000000002", new Document(Map.of(Node.EXTERNAL_ID, Map.of("a", 1, "b", "2")))),
                    new Node("0000000003", Document.EMPTY)),
            List.of("0000000004"));

    private static boolean machine(Object id, Map<String, String> marks) {
        return KNOWN.machine(new Instance(
                new ExternalId(id),
                true,
                marks,
                Amounts.NONE,
                Addresses.NONE,
                Placement.UNKNOWN,
                Optional.empty(),
                Optional.empty(),
                null));
    }

    private static boolean resource(Map<String, String> marks, Optional<String> machine) {
        return KNOWN.resource(
                new LeakableResource("ports", new ExternalId("p"), marks, Ground.MARKS, machine.map(ExternalId::new)));
    }

    @Test
    void machineIsKnownByItsIdOrItsLaunchAndNotByTheNodeIdAlone() {
        assertThat(machine("machine", Map.of())).isTrue();
        assertThat(machine(Map.of("b", "2", "a", 1), Map.of())).isTrue();
        assertThat(machine("x", Map.of(LaunchSpec.LAUNCH, "launch"))).isTrue();
        assertThat(machine("x", Map.of())).isFalse();
        assertThat(machine("x", Map.of(LaunchSpec.LAUNCH, ""))).isFalse();
        assertThat(machine("x", Map.of(LaunchSpec.NODE_ID, "0000000001"))).isFalse();
    }

    @Test
    void recordThatCanNotBeReadKnowsWhateverNamesIt() {
        assertThat(machine("x", Map.of(LaunchSpec.NODE_ID, "0000000004"))).isTrue();
        assertThat(resource(Map.of(LaunchSpec.NODE_ID, "0000000004"), Optional.empty()))
                .isTrue();
    }

    @Test
    void resourceIsKnownByNodeLaunchOrMachine() {
        assertThat(resource(Map.of(LaunchSpec.NODE_ID, "0000000003"), Optional.empty()))
                .isTrue();
        assertThat(resource(Map.of(LaunchSpec.LAUNCH, "launch"), Optional.empty()))
                .isTrue();
        assertThat(resource(Map.of(), Optional.of("machine"))).isTrue();
        assertThat(resource(Map.of(LaunchSpec.NODE_ID, "0000000009"), Optional.of("x")))
                .isFalse();
    }

    @Test
    void eitherOfTwoKnows() {
        var more = Known.by(new Node("0000000009", new Document(Map.of(Node.EXTERNAL_ID, "x"))));
        assertThat(KNOWN.or(more).externalIds()).contains("x", "machine");
    }

    @Test
    void nameOfAThingIsTheSameInEveryProcess() {
        var one = Thing.of("ports", new ExternalId(Map.of("b", 1, "a", List.of(Map.of("d", 1, "c", 2)))));
        assertThat(one.id()).isEqualTo("{a=[{c=2, d=1}], b=1}");
    }
}
