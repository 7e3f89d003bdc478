package dev.nodepool.scenario;

import dev.nodepool.driver.ExternalId;
import dev.nodepool.driver.Instance;
import dev.nodepool.driver.LaunchSpec;
import dev.nodepool.driver.LeakableResource;
import dev.nodepool.driver.LeakableResource.Ground;
import dev.nodepool.internal.store.Layout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Things in the fake cloud that launchers know nothing of, or should not touch. */
abstract class SweepBase {

    static final String PROVIDER = "fake-one";
    static final Duration LONG = Duration.ofMinutes(10);

    /** Enough for two sightings at least a minute apart and the deletion. */
    static final Duration SWEEPS = Duration.ofMinutes(4);

    final Scenario scenario = new Scenario();
    private int made;

    /** The marks of a machine that this installation made for a node. */
    Map<String, String> marks(String node) {
        var installation = new String(
                scenario.await(scenario.user.get(Layout.INSTALLATION)).data(), StandardCharsets.UTF_8);
        return new HashMap<>(Map.of(
                LaunchSpec.INSTALLATION,
                installation,
                LaunchSpec.PROVIDER,
                PROVIDER,
                LaunchSpec.NODE_ID,
                node,
                LaunchSpec.LAUNCH,
                "launch-" + ++made));
    }

    Map<String, String> marks() {
        return marks("0000009999");
    }

    /** A machine with these marks, made behind the back of every launcher. */
    String machine(Map<String, String> marks) {
        var ids = new HashMap<String, String>();
        scenario.cloud
                .cloud(PROVIDER)
                .create(
                        new LaunchSpec("0", "main", "b", Optional.empty(), Optional.empty(), marks, Map.of()),
                        id -> ids.put("id", id.toString()));
        scenario.turns.run();
        var id = ids.get("id");
        if (id == null) {
            throw new AssertionError("the cloud made no machine");
        }
        return id;
    }

    LeakableResource resource(String kind, Ground ground, Map<String, String> marks, Optional<String> machine) {
        var resource = new LeakableResource(
                kind, new ExternalId(kind + "-" + ++made), marks, ground, machine.map(ExternalId::new));
        scenario.cloud.extras.put(PROVIDER, resource);
        return resource;
    }

    Set<String> machineIds() {
        return scenario.machines().stream()
                .map(Instance::id)
                .map(ExternalId::toString)
                .collect(Collectors.toSet());
    }

    List<LeakableResource> resources() {
        return scenario.cloud.extras.at(PROVIDER);
    }

    /** A ready node of label b, allocated to a request that nobody has taken. */
    String node() {
        var request = scenario.ask("b");
        scenario.passUntil(() -> scenario.state(request).equals("fulfilled"), LONG);
        return scenario.request(request).nodes().get(0);
    }

    /** Removes all node records, as an operator does by mistake. */
    void wipeNodes() {
        for (var node : scenario.names(Layout.NODES)) {
            for (var child : scenario.names(Layout.node(node))) {
                for (var contender : scenario.names(Layout.node(node) + "/" + child)) {
                    scenario.await(scenario.user.delete(Layout.node(node) + "/" + child + "/" + contender, -1));
                }
                scenario.await(scenario.user.delete(Layout.node(node) + "/" + child, -1));
            }
            scenario.await(scenario.user.delete(Layout.node(node), -1));
        }
    }

    static String config() {
        return config("");
    }

    static String config(String cloud) {
        return LaunchTest.config(cloud, "");
    }
}
